/** Chat templates of the repositories, without their marks for training. */

const images = (sign: string): string =>
  `{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '${sign}' }}{% endfor %}`;
const texts = (said: string): string =>
  `{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}{{ ${said} }}{% endfor %}`;

/** llava-hf/llava-1.5-7b-hf, and llava-hf/llava-v1.6-mistral-7b-hf */
export const templates = {
  vicuna: [
    "{% for message in messages %}",
    "{% if message['role'] != 'system' %}{{ message['role'].upper() + ': ' }}{% endif %}",
    images("<image>\\n"),
    texts("content['text'] + ' '"),
    "{% endfor %}{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}",
  ].join(""),
  mistral: [
    "{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' }}",
    images("<image>\\n"),
    texts("content['text']"),
    "{{ ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'][0]['text'] + '</s> ' }}",
    "{% endif %}{% endfor %}",
  ].join(""),
} as const;

/** llava-hf/llava-interleave-qwen-0.5b-hf */
export const qwenTemplate = [
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}",
  images("<image>"),
  texts("'\\n' + content['text']"),
  "{{ '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join("");
