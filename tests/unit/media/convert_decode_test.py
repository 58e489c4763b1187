"""Converts files of every kind that another encoder makes, and compares the pixels."""

import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

from PIL import Image, ImageChops

SIZE = (61, 47)


def gradient():
    image = Image.new("RGB", SIZE)
    image.putdata([(x * 4 % 256, y * 5 % 256, (x + y) * 2 % 256) for y in range(SIZE[1]) for x in range(SIZE[0])])
    return image


def on_white(image):
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")


def half_transparent():
    image = gradient().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    return image


def interlaced(path):
    """Grey, in the seven passes of Adam7, which Pillow cannot write."""
    image = gradient().convert("L")
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    raw = b"".join(b"\0" + bytes(image.getpixel((x, y)) for x in range(x0, SIZE[0], dx))
                   for x0, y0, dx, dy in passes for y in range(y0, SIZE[1], dy))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", *SIZE, 8, 0, 0, 0, 1)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))
    return image.convert("RGB")


def sources(folder):
    """Each file, and the picture that must come out of it."""
    plain = gradient()
    grey16 = Image.new("I;16", SIZE, 40000)
    palette = plain.quantize(32)
    with_hole = palette.copy()
    with_hole.info["transparency"] = 3
    for name, image, wanted, options in (
            ("rgb.png", plain, plain, {}),
            ("alpha.png", half_transparent(), on_white(half_transparent()), {}),
            ("grey16.png", grey16, Image.new("RGB", SIZE, (40000 >> 8,) * 3), {}),
            ("bits.png", plain.convert("1"), plain.convert("1").convert("RGB"), {}),
            ("palette.png", palette, palette.convert("RGB"), {}),
            ("hole.png", with_hole, on_white(with_hole), {"transparency": 3}),
            ("base.jpg", plain, plain, {"quality": 95}),
            ("progressive.jpg", plain, plain, {"quality": 95, "progressive": True}),
            ("grey.jpg", plain.convert("L"), plain.convert("L").convert("RGB"), {"quality": 95})):
        image.save(folder / name, **options)
        yield folder / name, wanted
    yield folder / "interlaced.png", interlaced(folder / "interlaced.png")


def difference(one, other):
    pixels = ImageChops.difference(one, other).getdata()
    return sum(sum(pixel) for pixel in pixels) / (3 * len(pixels))


def check(program, source, wanted):
    target = source.with_name(source.stem + "-out" + {".png": ".jpg", ".jpg": ".png"}[source.suffix])
    done = subprocess.run([program, source, target], capture_output=True, text=True)
    assert done.returncode == 0, (source.name, done.stdout)
    with Image.open(target) as image:
        image.load()
        assert image.format == {".png": "PNG", ".jpg": "JPEG"}[target.suffix], source.name
        assert image.size == SIZE and image.mode == "RGB", (source.name, image.size, image.mode)
        off = difference(image, wanted)
        assert off < (12 if source.stem in ("palette", "hole", "bits") else 4), f"{source.name}: off by {off:.1f}"


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        for source, wanted in sources(folder):
            check(program, source, wanted)
        gradient().convert("CMYK").save(folder / "print.jpg")
        done = subprocess.run([program, folder / "print.jpg", folder / "print.png"], capture_output=True, text=True)
        assert done.returncode == 1 and "CMYK" in done.stdout, done
        assert not (folder / "print.png").exists()


if __name__ == "__main__":
    main()
