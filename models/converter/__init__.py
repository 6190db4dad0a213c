"""From published float32 networks to full-integer `.tflite` files, with numpy and flatbuffers alone.

In: a `.tflite` of MediaPipe, an ONNX file or the weights of the dlib ResNet, and a JSON of activation
ranges.
Out: a schema object (`ModelT`) that `graph.pack` turns into the bytes of an int8 model.
Called by `models/build.py`, which first puts TFLite's schema classes on the path as `tflite_schema`.
"""
