import { describe, expect, it } from "vitest";
import { broadcast, matmulShape, productDim, sameElements, sumDims } from "../../../inference/onnx/shape.ts";

describe("shapes with named lengths", () => {
  it("broadcast lengths of 1 and absent axes, and nothing else", () => {
    expect(broadcast(["batch", 1, 4], [3, 4])).toEqual(["batch", 3, 4]);
    expect(broadcast([], ["batch", 2])).toEqual(["batch", 2]);
    expect(broadcast(["batch"], ["rows"])).toBeUndefined();
    expect(broadcast([2], [3])).toBeUndefined();
  });

  it("multiply as matrices", () => {
    expect(matmulShape(["batch", 5, 16], [16, 8])).toEqual(["batch", 5, 8]);
    expect(matmulShape(["batch", 12, "rows", 64], ["batch", 12, 64, "past"])).toEqual(["batch", 12, "rows", "past"]);
    expect(matmulShape([5, 16], [17, 8])).toBeUndefined();
    expect(matmulShape([16], [16, 8])).toBeUndefined();
  });

  it("add up", () => {
    expect(sumDims([1, 576])).toBe(577);
    expect(sumDims(["past", "rows"])).toBe("past + rows");
    expect(sumDims(["past", 1])).toBe("past + 1");
  });

  it("know a product by its factors", () => {
    expect(productDim(["batch", 577])).toBe("batch × 577");
    expect(productDim(["batch × 577", 2])).toBe("batch × 1154");
    expect(productDim(["batch", 1])).toBe("batch");
    expect(productDim([3, 4])).toBe(12);
    expect(sameElements(["batch", "rows", 12, 64], ["rows × batch", 768])).toBe(true);
    expect(sameElements(["batch", "rows", 768], ["batch", 768])).toBe(false);
  });
});
