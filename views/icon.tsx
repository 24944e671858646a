const SHAPES = {
  playground: "M4.5 2.75v10.5L13 8z",
  tasks: "M6.5 3.5h8M6.5 8h8M6.5 12.5h8M1.5 3.5h2M1.5 8h2M1.5 12.5h2",
  workspaces: "M1.75 2.25h5v5h-5zM9.25 8.75h5v5h-5zM6.75 4.75h5v4",
  play: "M4.5 2.75v10.5L13 8z",
  again: "M13.5 8a5.5 5.5 0 1 1-1.6-3.9M13.5 1.5v3.25h-3.25",
  edit: "M2.5 13.5 3.25 10.25 10.75 2.75 13.25 5.25 5.75 12.75z",
  cancel: "M3.75 3.75h8.5v8.5h-8.5z",
  copy: "M5.75 5.75h8v8h-8zM10.25 5.75v-3.5h-8v8h3.5",
  check: "M2.75 8.5 6.25 12l7-8",
  share: "M8 10V1.75M4.5 5.25 8 1.75l3.5 3.5M5 7.25H2.25v6.5h11.5v-6.5H11",
  download: "M8 1.75v8.5M4.5 6.75 8 10.25l3.5-3.5M2.25 13.75h11.5",
  chevron: "M6 3.5 10.5 8 6 12.5",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6 14.25 14.25",
  warning: "M8 2 14.5 13.75h-13zM8 6.5v3.25M8 11.25v.75",
  plus: "M8 2.75v10.5M2.75 8h10.5",
  newer: "M8 13.5v-11M4 6.5l4-4 4 4",
  previous: "M13.5 8h-11M6.5 4l-4 4 4 4",
  next: "M2.5 8h11M9.5 4l4 4-4 4",
  api: "M5.25 4 1.5 8l3.75 4M10.75 4l3.75 4-3.75 4",
  clock: "M8 14.25A6.25 6.25 0 1 0 8 1.75a6.25 6.25 0 0 0 0 12.5zM8 4.5V8l2.5 1.75",
  embed: "M1.75 2.75h12.5v10.5H1.75zM8 8h6.25v5.25H8z",
} as const;

export type IconName = keyof typeof SHAPES;

/** A small line drawing in the colour of its text; never the only sign of what it stands for. */
export function Icon(
  { name, className }: { readonly name: IconName; readonly className?: string },
) {
  return (
    <svg
      class={className === undefined ? "icon" : `icon ${className}`}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      aria-hidden="true"
    >
      <path d={SHAPES[name]} />
    </svg>
  );
}
