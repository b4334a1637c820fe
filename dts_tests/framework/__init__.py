# SPDX-License-Identifier: BSD-3-Clause
"""What the suites stand on: a testbed, the appliance on it, and the shape of a suite."""
