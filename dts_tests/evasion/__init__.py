# SPDX-License-Identifier: BSD-3-Clause
"""Conversations of a client that plays tricks with a server that does not: see table.py."""
