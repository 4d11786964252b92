/** A setting that makes no sense; the message says which and what would. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}
