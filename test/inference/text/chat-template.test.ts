import { describe, expect, it } from "vitest";
import { chatTemplate, loadChatTemplate, type TemplateMessage } from "../../../inference/text/chat-template.ts";
import { folderWith } from "../checkpoint/folder.ts";

const asked: TemplateMessage = { role: "user", text: "What is this?", pictures: 2 };
const conversation: readonly TemplateMessage[] = [asked, { role: "assistant", text: "A dog.", pictures: 0 }];

describe("a chat template", () => {
  it("is given pictures and text as parts, pictures first", () => {
    const source =
      "{% for m in messages %}{{ m['role'] }}:{% for part in m['content'] %}" +
      "{{ '<image>' if part['type'] == 'image' else part['text'] }};{% endfor %}{% endfor %}";
    expect(chatTemplate(source)(conversation)).toBe("user:<image>;<image>;What is this?;assistant:A dog.;");
  });

  it("is given one text where it knows of no parts", () => {
    const source = "{% for m in messages %}[{{ m.content }}]{% endfor %}";
    expect(chatTemplate(source)(conversation)).toBe("[<image>\n<image>\nWhat is this?][A dog.]");
  });

  it("may mark what a model generates, name its tokens, and ask for the beginning of an answer", () => {
    const source =
      "{{ bos_token }}{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}{{ eos_token }}" +
      "{% endfor %}{% if add_generation_prompt %}Answer:{% endif %}";
    const template = chatTemplate(source, { bos_token: "<s>", eos_token: "</s>" });
    expect(template([{ ...asked, pictures: 0 }])).toBe("<s>What is this?</s>Answer:");
  });

  it("may refuse a conversation, in its own words", () => {
    const template = chatTemplate("{{ raise_exception('roles must alternate') }}");
    expect(() => template(conversation)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
    expect(() => template(conversation)).toThrow(
      "The model's chat template refuses the conversation: roles must alternate",
    );
  });

  it.each([
    ["loops on", "{% for i in range(99999) %}{% for j in range(99999) %}{{ '' }}{% endfor %}{% endfor %}", "2 s"],
    [
      "makes an endless text",
      `{% for i in range(9000) %}${"x".repeat(1000)}{% endfor %}`,
      "more than 4194304 characters",
    ],
  ])(
    "that %s is given up",
    (_, source, message) => {
      const template = chatTemplate(source);
      expect(() => template(conversation)).toThrow(expect.objectContaining({ code: "MODEL_UNAVAILABLE" }));
      expect(() => template(conversation)).toThrow(message);
    },
    20_000,
  );

  it("that is no template is the checkpoint's fault", () => {
    expect(() => chatTemplate("{% for m in %}")).toThrow(expect.objectContaining({ code: "MODEL_UNAVAILABLE" }));
  });
});

describe("a checkpoint's chat template", () => {
  const say = (files: Record<string, string>) => loadChatTemplate(folderWith(files))?.([asked]);
  const config = (chat_template: unknown) => JSON.stringify({ bos_token: { content: "<s>" }, chat_template });

  it("is a file of its own, else chat_template.json, else in tokenizer_config.json", () => {
    const json = JSON.stringify({ chat_template: "json" });
    const all = { "chat_template.jinja": "jinja {{ bos_token }}", "chat_template.json": json };
    expect(say({ ...all, "tokenizer_config.json": config("config") })).toBe("jinja <s>");
    expect(say({ "chat_template.json": json, "tokenizer_config.json": config("config") })).toBe("json");
    expect(say({ "tokenizer_config.json": config("config {{ bos_token }}") })).toBe("config <s>");
  });

  it("is the default one of several", () => {
    const several = [
      { name: "tool_use", template: "tools" },
      { name: "default", template: "usual" },
    ];
    expect(say({ "tokenizer_config.json": config(several) })).toBe("usual");
  });

  it("may be missing", () => {
    expect(say({ "tokenizer_config.json": config(undefined) })).toBeUndefined();
    expect(say({})).toBeUndefined();
  });

  it("is refused where its file is not JSON, or endless", () => {
    expect(() => say({ "chat_template.json": "{" })).toThrow("chat_template.json is not JSON.");
    expect(() => say({ "chat_template.jinja": "x".repeat(2 ** 20 + 1) })).toThrow("chat_template.jinja is larger than");
  });
});
