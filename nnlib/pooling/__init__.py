"""Pooling: many values become few, in the plane, over regions and over time.

Functions of the plane take images (..., H, W), functions over time sequences (..., L, D) and a mask (..., L), True
for a token that counts. What has nothing to pool is 0.
"""

from nnlib.pooling.adaptive import (
    adaptive_avg_pool2d,
    adaptive_avg_pool2d_backward,
    adaptive_max_pool2d,
    adaptive_max_pool2d_backward,
)
from nnlib.pooling.attention import (
    hierarchical_pool,
    hierarchical_pool_backward,
    self_attention_pool,
    self_attention_pool_backward,
    self_attention_weights,
)
from nnlib.pooling.capsules import (
    capsule_messages,
    capsule_messages_backward,
    capsule_predictions,
    capsule_predictions_backward,
    squash,
    squash_backward,
)
from nnlib.pooling.chunks import (
    chunk_avg_pool,
    chunk_avg_pool_backward,
    chunk_max_pool,
    chunk_max_pool_backward,
)
from nnlib.pooling.deformable import (
    deform_roi_pool,
    deform_roi_pool_backward,
)
from nnlib.pooling.fractional import (
    fractional_max_pool2d,
    fractional_max_pool2d_backward,
    fractional_samples,
)
from nnlib.pooling.over_time import (
    avg_pool_time,
    avg_pool_time_backward,
    cls_pool,
    cls_pool_backward,
    max_pool_time,
    max_pool_time_backward,
)
from nnlib.pooling.planes import (
    avg_pool2d,
    avg_pool2d_backward,
    max_pool2d,
    max_pool2d_backward,
)
from nnlib.pooling.ranked import (
    kavg_pool,
    kavg_pool_backward,
    kmax_pool,
    kmax_pool_backward,
)
from nnlib.pooling.regions import (
    roi_align,
    roi_align_backward,
    roi_pool,
    roi_pool_backward,
)
from nnlib.pooling.routing import (
    dr_agg_loss,
    dr_agg_loss_backward,
    dynamic_routing,
    dynamic_routing_backward,
    routing_coefficients,
)
from nnlib.pooling.stochastic import (
    stochastic_pool2d,
    stochastic_pool2d_backward,
    stochastic_samples,
)

__all__ = [
    "adaptive_avg_pool2d",
    "adaptive_avg_pool2d_backward",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "avg_pool_time",
    "avg_pool_time_backward",
    "capsule_messages",
    "capsule_messages_backward",
    "capsule_predictions",
    "capsule_predictions_backward",
    "chunk_avg_pool",
    "chunk_avg_pool_backward",
    "chunk_max_pool",
    "chunk_max_pool_backward",
    "cls_pool",
    "cls_pool_backward",
    "deform_roi_pool",
    "deform_roi_pool_backward",
    "dr_agg_loss",
    "dr_agg_loss_backward",
    "dynamic_routing",
    "dynamic_routing_backward",
    "fractional_max_pool2d",
    "fractional_max_pool2d_backward",
    "fractional_samples",
    "hierarchical_pool",
    "hierarchical_pool_backward",
    "kavg_pool",
    "kavg_pool_backward",
    "kmax_pool",
    "kmax_pool_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "max_pool_time",
    "max_pool_time_backward",
    "roi_align",
    "roi_align_backward",
    "roi_pool",
    "roi_pool_backward",
    "routing_coefficients",
    "self_attention_pool",
    "self_attention_pool_backward",
    "self_attention_weights",
    "squash",
    "squash_backward",
    "stochastic_pool2d",
    "stochastic_pool2d_backward",
    "stochastic_samples",
]
