import { describe, expect, it } from "vitest";
import { fingerprint, parsePreprocessing } from "../../../inference/image/preprocessing.ts";

const blip = {
  do_convert_rgb: true,
  do_normalize: true,
  do_pad: true,
  do_rescale: true,
  do_resize: true,
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_processor_type: "BlipImageProcessor",
  image_std: [0.26862954, 0.26130258, 0.27577711],
  resample: 3,
  rescale_factor: 0.00392156862745098,
  size: { height: 384, width: 384 },
  size_divisor: 32,
};

describe("parsePreprocessing", () => {
  it("reads BLIP's file", () =>
    expect(parsePreprocessing(blip)).toEqual({
      fit: { kind: "stretch", width: 384, height: 384 },
      rescale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
    }));

  it("takes BlipImageProcessor's defaults for what is absent or null", () => {
    expect(parsePreprocessing({})).toEqual(parsePreprocessing(blip));
    expect(parsePreprocessing({ size: null, image_mean: null })).toEqual(parsePreprocessing(blip));
  });

  it("reads the square that old files state as a number", () =>
    expect(parsePreprocessing({ size: 480 }).fit).toEqual({ kind: "stretch", width: 480, height: 480 }));

  it("turns steps that are off into steps that change nothing", () => {
    const off = parsePreprocessing({ ...blip, do_rescale: false, do_normalize: false });
    expect([off.rescale, off.mean, off.std]).toEqual([1, [0, 0, 0], [1, 1, 1]]);
  });

  it.each([
    [{ do_center_crop: true }, "do_center_crop is true; supported is false"],
    [{ do_resize: false }, "do_resize is false; supported is true"],
    [{ resample: 2 }, "resample is 2; supported is 3"],
    [{ size: { shortest_edge: 336 } }, 'size is {"shortest_edge":336}; supported is { height, width }'],
    [{ size: { height: 0, width: 384 } }, "size is"],
    [{ image_mean: [0.5, 0.5] }, "image_mean is [0.5,0.5]; supported is three numbers"],
    [{ image_std: [0.5, 0, 0.5] }, "image_std is [0.5,0,0.5]; supported is three numbers above 0"],
    [{ rescale_factor: "1/255" }, "rescale_factor is"],
    ["size", "the file is"],
    [undefined, "the file is null"],
    [
      { image_processor_type: "Owlv2ImageProcessor" },
      'image_processor_type is "Owlv2ImageProcessor"; supported is Blip',
    ],
    [{ image_processor_type: 7 }, "image_processor_type is 7"],
  ])("refuses %j", (change, message) => {
    const json: unknown = typeof change === "object" ? { ...blip, ...change } : change;
    expect(() => parsePreprocessing(json)).toThrow(expect.objectContaining({ code: "MODEL_UNAVAILABLE" }));
    expect(() => parsePreprocessing(json)).toThrow(message);
  });
});

const clip = {
  crop_size: { height: 336, width: 336 },
  image_processor_type: "CLIPImageProcessor",
  size: { shortest_edge: 336 },
};
const next = { ...clip, image_processor_type: "LlavaNextImageProcessorFast", image_grid_pinpoints: [[336, 672]] };

describe("parsePreprocessing of LLaVA's processors", () => {
  it("scales and crops as CLIP does, from old files too", () => {
    const fit = { kind: "crop", shortestEdge: 336, width: 336, height: 336 };
    expect(parsePreprocessing(clip).fit).toEqual(fit);
    expect(parsePreprocessing({ ...clip, size: 336, crop_size: 336 }).fit).toEqual(fit);
    expect(parsePreprocessing({}, "CLIPImageProcessor").fit).toMatchObject({ kind: "crop", shortestEdge: 224 });
  });

  it("makes a square in the mean's colour first, if asked to pad", () => {
    const padded = { kind: "crop", shortestEdge: 336, width: 336, height: 336, padding: [122, 116, 104] };
    expect(parsePreprocessing({ ...clip, image_processor_type: "LlavaImageProcessor", do_pad: true }).fit).toEqual(
      padded,
    );
    expect(parsePreprocessing({ ...clip, do_pad: true, do_center_crop: false }).fit).toEqual(padded);
  });

  it("stretches as SigLIP does, to colours around a half", () => {
    const siglip = parsePreprocessing({
      image_processor_type: "SiglipImageProcessor",
      size: { height: 384, width: 384 },
    });
    expect(siglip).toMatchObject({ fit: { kind: "stretch", width: 384, height: 384 }, mean: [0.5, 0.5, 0.5] });
  });

  it("cuts tiles as LLaVA-1.6 does", () => {
    const grids = [{ width: 672, height: 336 }];
    expect(parsePreprocessing(next).fit).toEqual({ kind: "tiles", width: 336, height: 336, grids });
  });

  it.each([
    [{ ...clip, crop_size: { height: 400, width: 336 } }, "crop_size is"],
    [{ ...clip, do_center_crop: false }, "do_center_crop is false; supported is true"],
    [{ ...clip, size: { longest_edge: 336 } }, "size is"],
    [{ ...clip, size: { height: 300, width: 200 } }, "crop_size is"],
    [
      { ...next, image_grid_pinpoints: [[336, 500]] },
      "image_grid_pinpoints is [[336,500]]; supported is multiples of 336",
    ],
    [{ ...next, image_grid_pinpoints: [] }, "image_grid_pinpoints is []"],
    [{ ...next, image_grid_pinpoints: [[336]] }, "image_grid_pinpoints is [[336]]"],
    [{ ...next, crop_size: { height: 224, width: 224 } }, "crop_size is"],
  ])("refuses %j", (json, message) => {
    expect(() => parsePreprocessing(json)).toThrow(message);
  });
});

describe("fingerprint", () => {
  it("is short, and the same for equal preprocessing", () => {
    expect(fingerprint(parsePreprocessing(blip))).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint(parsePreprocessing(blip))).toBe(fingerprint(parsePreprocessing({})));
  });

  it.each([
    { size: { height: 384, width: 383 } },
    { image_mean: [0, 0, 0] },
    { image_std: [1, 1, 1] },
    { do_rescale: false },
    clip,
    { ...clip, do_pad: true },
    next,
    { ...next, image_grid_pinpoints: [[672, 336]] },
  ])("differs with %j", (change) =>
    expect(fingerprint(parsePreprocessing({ ...blip, ...change }))).not.toBe(fingerprint(parsePreprocessing(blip))),
  );
});
