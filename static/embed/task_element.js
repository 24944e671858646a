import { CallboardElement } from "./element.js";
import { follow } from "./follow.js";

export class CallboardTask extends CallboardElement {
  play(base, token) {
    return follow(this, this.part("body"), `${base}/embed/tasks/${token}`);
  }
}
