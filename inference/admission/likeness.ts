import { type ImageSource, picturesOf, type Task } from "../task.ts";

/** Parts of a picture that are looked at, and bytes of each. */
const [PARTS, PART] = [8, 16];
/** Characters of a text, its last ones: conversations begin alike. */
const MAX_TEXT = 64;

/** What tells a task from nearly all others of its sort, without a look at all of its pictures' bytes. */
export function likenessOf(task: Task): string {
  return [textOf(task).slice(-MAX_TEXT), ...picturesOf(task).map(likenessOfPicture)].join(" ");
}

function textOf(task: Task): string {
  if (task.kind === "chat") return task.messages.at(-1)?.text ?? "";
  if ("text" in task) return task.text;
  return "question" in task ? task.question : "";
}

/** How many bytes it has, and some of them, up to its end. */
function likenessOfPicture(image: ImageSource): string {
  if (!("bytes" in image)) return image.sha256;
  const { bytes } = image;
  const stride = (bytes.length - PART) / (PARTS - 1);
  const parts = Array.from({ length: PARTS }, (_, i) => {
    const start = Math.max(0, Math.round(i * stride));
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(PART, bytes.length - start)).toString("latin1");
  });
  return `${bytes.length} ${parts.join("")}`;
}
