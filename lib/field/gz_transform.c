/* SPDX-License-Identifier: BSD-3-Clause */
#include "gz_transform.h"

GZ_REGISTRY(gz_transforms, "transform");
