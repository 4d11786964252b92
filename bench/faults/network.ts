import { spawnSync } from "node:child_process";

const [HERE, THERE] = ["10.77.0.1", "10.77.0.2"];

/** A host of its own for a worker: a network namespace, and a cable between it and this one that can be cut. */
export class Network {
  /** Where this host is, seen from the other. */
  readonly address = HERE;
  readonly #name = `triptych-${process.pid}`;
  readonly #cable = `tt${process.pid}`;

  /** Whether this process may make one: on Linux, as root, with iproute2. */
  static get isPossible(): boolean {
    return process.platform === "linux" && process.getuid?.() === 0 && spawnSync("ip", ["netns", "list"]).status === 0;
  }

  constructor() {
    const [here, there] = [`${this.#cable}a`, `${this.#cable}b`];
    ip("netns", "add", this.#name);
    ip("link", "add", here, "type", "veth", "peer", "name", there);
    ip("link", "set", there, "netns", this.#name);
    ip("addr", "add", `${HERE}/30`, "dev", here);
    ip("link", "set", here, "up");
    this.#within("addr", "add", `${THERE}/30`, "dev", there);
    this.#within("link", "set", there, "up");
    this.#within("link", "set", "lo", "up");
  }

  /** The command and arguments that run something on the other host. */
  command(command: string, args: readonly string[]): [string, string[]] {
    return ["ip", ["netns", "exec", this.#name, command, ...args]];
  }

  cut(): void {
    ip("link", "set", `${this.#cable}a`, "down");
  }

  heal(): void {
    ip("link", "set", `${this.#cable}a`, "up");
  }

  remove(): void {
    ip("netns", "del", this.#name);
  }

  #within(...args: string[]): void {
    ip("-n", this.#name, ...args);
  }
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}
