import { Allowances } from "../budgets/allowance.ts";
import type { Quota } from "../budgets/budgets.ts";
import type { Access, Session, Sessions, Visitor } from "./access.ts";
import { AccessError } from "./access-error.ts";
import { type Identity, tenantIdentity } from "./identity.ts";
import type { KeyEntry, KeyFile } from "./key-file.ts";
import { idOf, type KeyRing } from "./key-ring.ts";
import { type SessionHolder, SessionTokens } from "./session-tokens.ts";
import type { Token, TokenVerifier } from "./token-verifier.ts";

/** The keys as their file has them now. */
export interface Keys extends Omit<KeyFile, "keys"> {
  readonly ring: KeyRing;
}

export interface KeyedAccessParts {
  readonly keys: () => Keys;
  /** Absent where only keys are taken. */
  readonly tokens: TokenVerifier | undefined;
  /** For tenants of which the file says nothing else. */
  readonly usualQuota: Quota;
  readonly close: () => void;
}

/** How long a page can show pictures before it has to bring its key again. */
const SESSION_MS = 3_600_000;
/** Attempts of one address that fail; a page that was left open with an old key makes some. */
const MAX_FAILURES_PER_MINUTE = 30;

type Proof = { readonly key: KeyEntry } | { readonly token: Token };

/** Only those may ask who bring a key of the file, or a token of the issuer. */
export class KeyedAccess implements Access {
  readonly sessions: Sessions = {
    open: (visitor) => this.#openSession(visitor),
    identify: (token) => this.#identifySession(token),
  };
  readonly #parts: KeyedAccessParts;
  readonly #failures = new Allowances();
  readonly #tokens: SessionTokens;

  constructor(parts: KeyedAccessParts) {
    this.#parts = parts;
    this.#tokens = new SessionTokens(() => parts.keys().sessionSecret);
  }

  async identify(visitor: Visitor): Promise<Identity> {
    const proof = await this.#proofOf(visitor);
    return "key" in proof ? this.#ofKey(proof.key) : this.#ofToken(proof.token);
  }

  close(): void {
    this.#parts.close();
  }

  async #proofOf({ credential, address }: Visitor): Promise<Proof> {
    if (credential === undefined) throw new AccessError(howTo);
    const key = this.#parts.keys().ring.find(credential);
    if (key !== undefined) return { key };
    const token = await this.#parts.tokens?.verify(credential);
    if (token !== undefined) return { token };
    throw this.#failed(address);
  }

  /**
   * Who fails too often is told to wait. A right key is taken meanwhile, too: keys cannot be guessed, but somebody behind
   * the same address could keep others out.
   */
  #failed(address: string): AccessError {
    const [failures, now] = [this.#failures.of(address, MAX_FAILURES_PER_MINUTE), performance.now()];
    const retryAfterMs = failures.waitMs(1, now);
    if (retryAfterMs > 0)
      return new AccessError("Too many attempts with a key or token that is not known.", retryAfterMs);
    failures.take(1, now);
    return new AccessError("The key or token is not known, or holds no more.");
  }

  async #openSession(visitor: Visitor): Promise<Session> {
    const proof = await this.#proofOf(visitor);
    const holder: SessionHolder =
      "key" in proof
        ? { by: "key", id: idOf(proof.key) }
        : { by: "token", tenant: proof.token.tenant, name: proof.token.name };
    const left = "token" in proof ? proof.token.until - Date.now() : Infinity;
    const maxAgeMs = Math.min(SESSION_MS, left);
    return { token: this.#tokens.sign(holder, Date.now() + maxAgeMs), maxAgeMs };
  }

  #identifySession(token: string | undefined): Promise<Identity> {
    const holder = token === undefined ? undefined : this.#tokens.holderOf(token);
    const identity = holder && this.#ofHolder(holder);
    return identity ? Promise.resolve(identity) : Promise.reject(new AccessError(howTo));
  }

  #ofHolder(holder: SessionHolder): Identity | undefined {
    if (holder.by === "token") return this.#ofToken(holder);
    const key = this.#parts.keys().ring.byId(holder.id);
    return key && this.#ofKey(key);
  }

  #ofKey({ tenant, name, role }: KeyEntry): Identity {
    return tenantIdentity({ tenant, name, role, quota: this.#quotaOf(tenant) });
  }

  /** What an issuer says of roles is meant for others, too: its tokens make nobody an admin. */
  #ofToken({ tenant, name }: Pick<Token, "tenant" | "name">): Identity {
    return tenantIdentity({ tenant, name, role: "member", quota: this.#quotaOf(tenant) });
  }

  #quotaOf(tenant: string): Quota {
    return { ...this.#parts.usualQuota, ...this.#parts.keys().quotas.get(tenant) };
  }
}

const howTo = "Say who you are: send your key as `Authorization: Bearer …`, or as `x-api-key`.";
