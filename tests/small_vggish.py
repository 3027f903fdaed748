"""Metadata of small_vggish_init.pb, the small graph of the VGGish family among the shared files."""

from essentia_ldl.zoo import ModelMetadata

SMALL_VGGISH = ModelMetadata.model_validate(
    {
        "name": "small VGGish with random weights",
        "schema": {
            "inputs": [{"name": "model/Placeholder", "shape": [96, 64]}],
            "outputs": [
                {"name": "model/Sigmoid", "shape": [2], "output_purpose": "predictions"},
                {
                    "name": "model/vggish/fc2/Relu",
                    "shape": [128],
                    "output_purpose": "embeddings",
                },
            ],
        },
        "inference": {"sample_rate": 16000, "algorithm": "TensorflowPredictVGGish"},
    }
)
