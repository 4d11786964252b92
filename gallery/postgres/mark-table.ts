import type { Statements } from "../../postgres/sql.ts";

export async function isMarked(sql: Statements, gallery: number, name: string): Promise<boolean> {
  const rows = await sql.query("SELECT 1 FROM triptych.mark WHERE gallery = $1 AND name = $2", [gallery, name]);
  return rows.length > 0;
}

export async function mark(sql: Statements, gallery: number, name: string): Promise<void> {
  await sql.query("INSERT INTO triptych.mark (gallery, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", [gallery, name]);
}
