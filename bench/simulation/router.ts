/** A request, as far as it matters where it goes. */
export interface Routable {
  readonly picture: string;
  /** What it is expected to take of a device, milliseconds. */
  readonly ms: number;
  /** Of that, what need not be computed where the picture's features are. */
  readonly pictureMs: number;
}

/** Where a request was sent, to be told when it has ended. */
export interface Route<Device> {
  readonly device: Device;
  /** What it adds to the device's work. */
  readonly ms: number;
}

export interface RouterOptions {
  /** From 0 to 1, without 1. */
  readonly fraction: () => number;
  /** Pictures whose places are remembered; those used the longest ago are forgotten. */
  readonly maxPictures: number;
}

/**
 * Sends each request to the device that would have least to do with it: of two drawn at random, which is nearly as good as
 * asking all (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001), and of the one that should have
 * the picture's features, which would have less to do. So popular pictures stay where they are until that device is so far
 * behind that encoding anew is quicker. Pure: it knows devices by what it has sent them.
 */
export class Router<Device> {
  readonly #options: RouterOptions;
  readonly #devices: Device[] = [];
  /** Milliseconds of what was sent to each, and has not ended. */
  readonly #work = new Map<Device, number>();
  /** Where pictures went last, the latest last. */
  readonly #homes = new Map<string, Device>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  join(device: Device): void {
    this.#devices.push(device);
    this.#work.set(device, 0);
  }

  /** It gets nothing any more; what it had may still end. */
  leave(device: Device): void {
    this.#devices.splice(this.#devices.indexOf(device), 1);
    this.#work.delete(device);
    for (const [picture, home] of this.#homes) if (home === device) this.#homes.delete(picture);
  }

  /** Throws where there is no device. */
  route(request: Routable): Route<Device> {
    const home = this.#homes.get(request.picture);
    const routes = [...(home === undefined ? [] : [home]), ...this.#two()].map((device) => ({
      device,
      ms: device === home ? request.ms - request.pictureMs : request.ms,
    }));
    const until = ({ device, ms }: Route<Device>): number => this.#work.get(device)! + ms;
    const best = routes.reduce((least, route) => (until(route) < until(least) ? route : least));
    this.#work.set(best.device, until(best));
    this.#remember(request.picture, best.device);
    return best;
  }

  /** A request that was sent there has ended, however it did. */
  ended({ device, ms }: Route<Device>): void {
    const work = this.#work.get(device);
    if (work !== undefined) this.#work.set(device, Math.max(0, work - ms));
  }

  /** Two different ones, if there are. */
  #two(): readonly Device[] {
    const count = this.#devices.length;
    if (count <= 2) return this.#devices;
    const first = Math.floor(this.#options.fraction() * count);
    const beyond = 1 + Math.floor(this.#options.fraction() * (count - 1));
    return [this.#devices[first]!, this.#devices[(first + beyond) % count]!];
  }

  #remember(picture: string, device: Device): void {
    this.#homes.delete(picture);
    this.#homes.set(picture, device);
    if (this.#homes.size <= this.#options.maxPictures) return;
    const [oldest] = this.#homes.keys();
    this.#homes.delete(oldest!);
  }
}
