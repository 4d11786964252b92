export interface Greeting {
  /** Where the server listens. */
  readonly url: string;
  /** Whether the page for people is there. */
  readonly page: boolean;
  /** Whether GraphiQL is there. */
  readonly explorer: boolean;
  readonly metricsUrl: string | undefined;
}

/** What a server that has just started says of itself: where to find what it has. */
export function greetingOf({ url, page, explorer, metricsUrl }: Greeting): string {
  const places = [
    page && `compare, chat, search     ${url}/`,
    explorer ? `GraphiQL, with examples   ${url}/graphql` : `the graph                 ${url}/graphql`,
    `ready when this says so   ${url}/ready`,
    metricsUrl !== undefined && `metrics for Prometheus    ${metricsUrl}`,
  ];
  return ["", "Triptych", ...places.filter((place) => place !== false), "", "The models are being loaded."]
    .map((line) => (line === "" ? line : `  ${line}`))
    .join("\n");
}
