// Small drawn signs; none says anything that words beside it don't.

import type { ActorKind, InteractionKind } from "../api/generated.ts";
import { FAMILY_COLOR, FAMILY_SIGN, familyOf, LINK_LOOK, linkFamilyOf, strokeOf, type Family, type LinkFamily } from "../lib/kinds.ts";

const PATHS = {
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm5 11.5L20.5 20.5",
  close: "M6 6l12 12M18 6 6 18",
  filter: "M4 6h16M7 12h10M10 18h4",
  menu: "M4 6h16M4 12h16M4 18h16",
  map: "M9 4 3 6.500v13.500l6-2.5 6 2.5 6-2.500V4l-6 2.500ZM9 4v13.500M15 6.500V20",
  network: "M12 3.500a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600ZM5.500 15.900a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600ZM18.500 15.900a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600ZM10.900 7.900 6.600 16.200M13.100 7.900l4.300 8.300M7.800 18.200h8.400",
  table: "M4 5h16v14H4ZM4 10h16M4 14.500h16M10 5v14",
  matrix: "M4 4h6v6H4ZM14 4h6v6h-6ZM4 14h6v6H4ZM14 14h6v6h-6Z",
  coverage: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM12 8v5M12 16v.5",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  print: "M7 9V4h10v5M7 17H4v-8h16v8h-3M7 14h10v6H7Z",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  moon: "M20 14.500A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.500Z",
  auto: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 4v16",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  left: "M15 6l-6 6 6 6",
  check: "M5 12.500l4.5 4.500L19 7.5",
  star: "M12 4l2.5 5.2 5.5.8-4 3.9 1 5.6-5-2.7-5 2.7 1-5.6-4-3.9 5.5-.8Z",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20c.8-4 3.6-6 7.5-6s6.7 2 7.5 6",
  out: "M14 5h5v5M19 5l-8 8M17 14v5H5V7h5",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16ZM12 8v4.500l3 2",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  warn: "M12 4 2.5 20h19ZM12 10v5M12 17.500v.5",
} as const;

export type Sign = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: Sign; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

export function FamilyBadge({ family, size = 26 }: { family: Family; size?: number }) {
  return (
    <svg class="badge" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="12" fill={FAMILY_COLOR[family]} />
      <path d={FAMILY_SIGN[family]} fill="#fff" transform="translate(4.8 4.8) scale(.6)" />
    </svg>
  );
}

export const KindBadge = ({ kind, size }: { kind: ActorKind; size?: number }) => <FamilyBadge family={familyOf(kind)} size={size} />;

export function LinkStroke({ family }: { family: LinkFamily }) {
  return (
    <svg class="stroke" width="30" height="10" viewBox="0 0 30 10" aria-hidden="true" focusable="false">
      <path
        d="M1 8Q15-2 29 8"
        fill="none"
        stroke={strokeOf(family)}
        stroke-width="2.5"
        stroke-dasharray={LINK_LOOK[family].dash?.map((one) => one * 2.5).join(" ")}
      />
    </svg>
  );
}

export const InteractionStroke = ({ kind }: { kind: InteractionKind }) => <LinkStroke family={linkFamilyOf(kind)} />;

export function Logo() {
  return (
    <svg class="logo" width="34" height="34" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M8 23 16 8l8 15M8 23h16" fill="none" stroke="var(--sun)" stroke-width="2.2" />
      <circle cx="16" cy="8.5" r="3.6" fill="currentColor" />
      <circle cx="8" cy="22.5" r="3.6" fill="currentColor" />
      <circle cx="24" cy="22.5" r="3.6" fill="currentColor" />
    </svg>
  );
}
