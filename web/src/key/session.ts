import { keptKey, keyHeaders } from "./kept-key.ts";

/** Of the server's hour, so that none of a page's pictures is ever refused. */
const RENEWED_MS = 20 * 60_000;

/** By it the browser is let see pictures, for which it sends no key. Whether the server knows the key. */
export async function openSession(key: string): Promise<"opened" | "refused" | "unreachable"> {
  try {
    const { status } = await fetch("/session", { method: "POST", headers: keyHeaders(key) });
    if (status === 204) return "opened";
    return status === 401 ? "refused" : "unreachable";
  } catch {
    return "unreachable";
  }
}

export async function endSession(): Promise<void> {
  await fetch("/session", { method: "DELETE" }).catch(() => undefined);
}

/** Opens a session with the key that this tab has, if it has one, and renews it for as long as the page is there. */
export async function keepSession(): Promise<void> {
  const renew = async (): Promise<void> => {
    const key = keptKey();
    if (key !== undefined) await openSession(key);
  };
  setInterval(() => void renew(), RENEWED_MS);
  await renew();
}
