"""Opens made pictures with an independent decoder, to their last pixel."""

import pathlib
import subprocess
import sys
import tempfile

from PIL import Image, ImageFile

ImageFile.LOAD_TRUNCATED_IMAGES = False


def is_banana(pixel):
    red, green, blue = pixel
    return red > 200 and 150 < green < 235 and blue < 90


def check(path):
    width, height = map(int, path.stem.split("_")[0].split("x"))
    size = int(path.stem.split("_")[1])
    with Image.open(path) as image:
        image.load()
        assert image.size == (width, height), (path.name, image.size)
        assert image.format == {".png": "PNG", ".jpg": "JPEG"}[path.suffix], (path.name, image.format)
        pixels = list(image.convert("RGB").getdata())
    if width > 1:
        share = sum(map(is_banana, pixels)) / len(pixels)
        assert 0.03 < share < 0.5, f"{path.name}: {share:.3f} of it is banana"
    if size:
        assert size - 12 <= path.stat().st_size <= size, (path.name, path.stat().st_size)


def main():
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.argv[1], directory], check=True)
        paths = sorted(pathlib.Path(directory).iterdir())
        assert len(paths) == 12, f"{len(paths)} pictures"
        for path in paths:
            check(path)


if __name__ == "__main__":
    main()
