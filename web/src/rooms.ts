/** A part of the page with an address of its own. */
export interface Room {
  readonly path: string;
  readonly name: string;
}

export const rooms = [
  { path: "/", name: "Compare" },
  { path: "/chat", name: "Chat" },
  { path: "/search", name: "Search" },
] as const satisfies readonly Room[];

export type RoomPath = (typeof rooms)[number]["path"];

/** The room at a path; the first where there is none. */
export function roomAt(path: string): (typeof rooms)[number] {
  return rooms.find((room) => room.path === path) ?? rooms[0];
}
