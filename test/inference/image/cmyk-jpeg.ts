/**
 * A 4 × 3 CMYK JPEG of noise (Adobe marker, inks stored inverted) and its RGB pixels, both by Pillow 12.3:
 * `Image.fromarray(noise, "CMYK").save(…, quality=100)` and `Image.open(…).convert("RGB").tobytes()`.
 */
export const CMYK_JPEG = Buffer.from(
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwABAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB" +
    "AQEB/8AAFAgAAwAEBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAE" +
    "EQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6" +
    "g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkA" +
    "SwAAPwD+gT4M+C/C37OHgjUPBXwD0W0+D3hLUPi3+0hqN94d+Hfm+FdIvL3w7+0n8Xfhh4cnubLSJLaGdvDnw0+HvgH4d+HlkVk0LwJ4H8IeENJW" +
    "z8PeGtG06y+kPGvwM+EzzQ6Q3gnSzb+AfF/7QXwW8PXXm341qX4dfs+ftW/Hz4B/BzSvE/iMXg8QeOtW8EfBr4afD74c2XjHxxqfiLxrqHhjwd4e" +
    "sdb8Q6n/AGZbOnkX/Bcj4n3v/BNr9rP4ffBr9i74cfs4fB74cePv2dvB/wAYfF3h+5/ZN/Ze+J8us/EnUviL8WPhvqfimTXfjB8IPH/iO1utT8Jf" +
    "DHwXaalZ2Gr2ul6hqum3/ii8sZvFXiPxLrWsfpF+1n8P9J+Cvx28Y+AfhZ4h+KPgzwNpcehPoHg3SvjT8YG8L+ErB9C0+G18N+CNBvPHN1pfgbwT" +
    "o1rbwWHhnwF4QtdE8FeFNNhi0zw1oOk2Ea2w/9k=",
  "base64",
);

export const CMYK_AS_RGB = Buffer.from(
  "010b0c63d21108240dbf4b49a50f770b212b1c2010522d67e8e7e0652bd1a58fa36f5610",
  "hex",
);
