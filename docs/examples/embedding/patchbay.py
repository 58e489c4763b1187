"""Patchbay for Python, by ctypes: the part of patchbay/host.h that makes images and text.

    with Host(home) as host:
        image = host.image("a red bicycle", provider="acme")
"""

import ctypes
import dataclasses
import typing

IMAGE, CHAT = 1, 2


class HostOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("threading", ctypes.c_uint32), ("flags", ctypes.c_uint32),
                ("connections_max", ctypes.c_uint32), ("progress_interval_ms", ctypes.c_uint32),
                ("log_level", ctypes.c_uint32), ("home", ctypes.c_char_p)]  # older than the library: it may be


class Pair(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("value", ctypes.c_char_p)]


class RunOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("operation", ctypes.c_uint32), ("output", ctypes.c_uint32),
                ("flags", ctypes.c_uint32), ("provider", ctypes.c_char_p), ("model", ctypes.c_char_p),
                ("environment", ctypes.c_char_p), ("user", ctypes.c_char_p), ("prompt", ctypes.c_char_p),
                ("system", ctypes.c_char_p), ("messages", ctypes.c_void_p), ("message_count", ctypes.c_uint64),
                ("inputs", ctypes.c_void_p), ("input_count", ctypes.c_uint64), ("params", ctypes.POINTER(Pair)),
                ("param_count", ctypes.c_uint64), ("deadline_ms", ctypes.c_uint64)]


class RunImage(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("width", ctypes.c_uint32), ("height", ctypes.c_uint32),
                ("reserved", ctypes.c_uint32), ("index", ctypes.c_uint64), ("size", ctypes.c_uint64),
                ("mime", ctypes.c_char_p), ("sha256", ctypes.c_char_p), ("file", ctypes.c_char_p),
                ("bytes", ctypes.c_void_p)]


class RunAnswer(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("attempt_count", ctypes.c_uint32), ("duration_ms", ctypes.c_uint64),
                ("provider", ctypes.c_char_p), ("model", ctypes.c_char_p), ("request_id", ctypes.c_char_p),
                ("attempt_id", ctypes.c_char_p), ("text", ctypes.c_char_p),
                ("images", ctypes.POINTER(ctypes.POINTER(RunImage))), ("image_count", ctypes.c_uint64)]


class PatchbayError(Exception):
    def __init__(self, library: ctypes.CDLL, error: int) -> None:
        self.code: str = library.patchbay_error_name(error).decode()
        self.hint: str = library.patchbay_error_hint(error).decode()
        super().__init__(library.patchbay_error_message(error).decode())
        library.patchbay_error_free(error)


@dataclasses.dataclass(frozen=True)
class Image:
    mime: str
    width: int
    height: int
    data: bytes


def load(name: str) -> ctypes.CDLL:
    library = ctypes.CDLL(name)
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for function, result, arguments in (
            ("error_name", text, [pointer]), ("error_message", text, [pointer]), ("error_hint", text, [pointer]),
            ("error_free", None, [pointer]),
            ("host_open", pointer, [ctypes.POINTER(HostOptions), ctypes.POINTER(pointer)]),
            ("host_close", pointer, [pointer]),
            ("host_ask", pointer, [pointer, ctypes.POINTER(RunOptions), ctypes.POINTER(pointer)]),
            ("run_answer", ctypes.POINTER(RunAnswer), [pointer]), ("run_release", None, [pointer])):
        declared = getattr(library, f"patchbay_{function}")
        declared.restype, declared.argtypes = result, arguments
    return library


class Host:
    def __init__(self, home: str, library: str = "libpatchbay.so.0") -> None:
        self._library = load(library)
        self._handle = ctypes.c_void_p()
        options = HostOptions(struct_size=ctypes.sizeof(HostOptions), home=home.encode())
        self._check(self._library.patchbay_host_open(ctypes.byref(options), ctypes.byref(self._handle)))

    def __enter__(self) -> "Host":
        return self

    def __exit__(self, *_: object) -> None:
        self._check(self._library.patchbay_host_close(self._handle))

    def image(self, prompt: str, provider: str = "", **params: str) -> Image:
        def read(answer: RunAnswer) -> Image:
            image = answer.images[0].contents
            return Image(image.mime.decode(), image.width, image.height, ctypes.string_at(image.bytes, image.size))
        return self._ask(IMAGE, prompt, provider, params, read)

    def chat(self, prompt: str, provider: str = "", **params: str) -> str:
        return self._ask(CHAT, prompt, provider, params, lambda answer: answer.text.decode())

    def _ask(self, operation: int, prompt: str, provider: str, params: dict[str, str],
             read: typing.Callable[[RunAnswer], typing.Any]) -> typing.Any:
        pairs = (Pair * len(params))(*(Pair(name.encode(), value.encode()) for name, value in params.items()))
        options = RunOptions(struct_size=ctypes.sizeof(RunOptions), operation=operation, prompt=prompt.encode(),
                             provider=provider.encode(), params=pairs, param_count=len(params))
        run = ctypes.c_void_p()
        try:
            self._check(self._library.patchbay_host_ask(self._handle, ctypes.byref(options), ctypes.byref(run)))
            return read(self._library.patchbay_run_answer(run).contents)
        finally:
            self._library.patchbay_run_release(run)

    def _check(self, error: int | None) -> None:
        if error:
            raise PatchbayError(self._library, error)
