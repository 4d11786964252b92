import { wrong } from "./wrong-setting.ts";

/** See OpenAiOptions. */
export interface OtherEngine {
  readonly url: string;
  /** Undefined: the only one that it has. */
  readonly model: string | undefined;
  readonly name: string;
}

/** Reads which one is passed on to, if any. Throws a WrongSettingError. */
export function openai(url: string, model: string, name: string): OtherEngine | undefined {
  if (url === "") return undefined;
  const isHttp = URL.canParse(url) && ["http:", "https:"].includes(new URL(url).protocol);
  if (!isHttp) throw wrong("openai", 'a URL such as "http://host:8000/v1"', url);
  if (model === "" && name === "") throw wrong("openaiName", "a name, where --openai-model is not given", name);
  return { url, model: model || undefined, name: name || model };
}
