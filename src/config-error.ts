/** A setting that makes no sense; the message says which and what would. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** A setting that has a value that it cannot have. */
export class WrongSettingError extends ConfigError {
  /** By which it is set on the command line, and in a file. */
  readonly flag: string;

  constructor(flag: string, message: string) {
    super(message);
    this.flag = flag;
  }
}
