import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Who opened a session: with a key, which may be revoked meanwhile, or with a token, which ends by itself. */
export type SessionHolder =
  | { readonly by: "key"; readonly id: string }
  | { readonly by: "token"; readonly tenant: string; readonly name: string };

/** Sessions as signed texts, so that nothing is kept of them: `payload.signature`, in base64url. */
export class SessionTokens {
  readonly #ownSecret = randomBytes(32).toString("base64url");
  readonly #sharedSecret: () => string | undefined;

  /** `sharedSecret`: of all processes of this server, if it has one. */
  constructor(sharedSecret: () => string | undefined) {
    this.#sharedSecret = sharedSecret;
  }

  /** `until`: of Date.now(). */
  sign(holder: SessionHolder, until: number): string {
    const payload = Buffer.from(JSON.stringify({ holder, until })).toString("base64url");
    return `${payload}.${this.#signatureOf(payload)}`;
  }

  /** Whose session it is; undefined where it is none of ours, or over. */
  holderOf(token: string): SessionHolder | undefined {
    const [payload = "", signature = ""] = token.split(".");
    const [given, right] = [signature, this.#signatureOf(payload)].map((text) => Buffer.from(text));
    if (given!.length !== right!.length || !timingSafeEqual(given!, right!)) return undefined;
    // Signed by us, so it is what we wrote.
    const { holder, until } = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
      readonly holder: SessionHolder;
      readonly until: number;
    };
    return until > Date.now() ? holder : undefined;
  }

  #signatureOf(payload: string): string {
    return createHmac("sha256", this.#sharedSecret() ?? this.#ownSecret)
      .update(payload)
      .digest("base64url");
  }
}
