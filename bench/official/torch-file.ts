import { GeneratedFile, type Segment } from "./generated-file.ts";
import { storedBytes, type StoredTensor } from "./numbers.ts";
import { pickledStateDict } from "./pickle.ts";

/** torch.save aligns storages by that much. */
const ALIGNMENT = 64;

interface Entry {
  readonly name: string;
  readonly content: Segment;
}

interface Placed extends Entry {
  readonly offset: number;
}

/** pytorch_model.bin as torch.save writes it: a zip of stored entries, the pickle first. Below 4 GiB. */
export function torchFile(tensors: readonly StoredTensor[]): GeneratedFile {
  const entries: Entry[] = [
    { name: "data.pkl", content: pickledStateDict(tensors) },
    ...tensors.map((content, i) => ({ name: `data/${i}`, content })),
    { name: "version", content: Buffer.from("3\n") },
  ].map(({ name, content }) => ({ name: `pytorch_model/${name}`, content }));
  const segments: Segment[] = [];
  const placed: Placed[] = [];
  let end = 0;
  for (const entry of entries) {
    const header = localHeader(entry, end);
    placed.push({ ...entry, offset: end });
    segments.push(header, entry.content);
    end += header.length + sizeOf(entry);
  }
  return new GeneratedFile([...segments, ...directory(placed, end)]);
}

function sizeOf({ content }: Entry): number {
  return content instanceof Uint8Array ? content.length : storedBytes(content);
}

/** The extra field, of id "FB", pads so that the content is aligned. */
function localHeader(entry: Entry, offset: number): Buffer {
  const name = Buffer.from(entry.name);
  const unpadded = offset + 30 + name.length + 4;
  const padding = (ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT;
  const extra = Buffer.concat([Buffer.from("FB"), u16(padding), Buffer.alloc(padding, "Z")]);
  return Buffer.concat([u32(0x04034b50), common(entry, name, extra.length), name, extra]);
}

/** What an entry's header and its line in the directory share; the checksum, which torch does not read, is left out. */
function common(entry: Entry, name: Buffer, extraLength: number): Buffer {
  const size = sizeOf(entry);
  return Buffer.concat([...[0, 0, 0, 0, 0].map(u16), ...[0, size, size].map(u32), u16(name.length), u16(extraLength)]);
}

function directory(placed: readonly Placed[], offset: number): Buffer[] {
  const lines = placed.map((entry) => {
    const name = Buffer.from(entry.name);
    const tail = [...[0, 0, 0].map(u16), u32(0), u32(entry.offset)];
    return Buffer.concat([u32(0x02014b50), u16(0), common(entry, name, 0), ...tail, name]);
  });
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  const counts = [0, 0, placed.length, placed.length].map(u16);
  return [Buffer.concat([...lines, u32(0x06054b50), ...counts, u32(length), u32(offset), u16(0)])];
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
