/** Well-formed ids that name nothing. */
export const UNKNOWN_APP = "app_01kdyak348vpjzxb42jtsw4ck7";
export const UNKNOWN_TASK = "tsk_01kdyak348vpjzxb42jtsw4ck7";
