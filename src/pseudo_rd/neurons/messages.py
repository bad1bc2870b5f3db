"""Affinity propagation's inner loop, compiled: one walk over the rows, where NumPy makes one for every operation.

Import this module only where the loop runs: few jobs need Numba.
"""

import numpy as np

from pseudo_rd.machine_code import compiled

LANES = 64  # a row's largest values are sought in so many places side by side, which the processor does at once


@compiled
def pass_messages(
    similarity: np.ndarray,
    responsibility: np.ndarray,
    availability: np.ndarray,
    first: int,
    support: np.ndarray,
    kept: np.float32,
    new: np.float32,
    given: np.ndarray,
) -> None:
    """Update the messages of some points in affinity propagation (Frey and Dueck 2007), each damped.

    a_ik = min(0, r_kk + sum of max(0, r_jk) over j not in (i, k)) = min(support_k - r_ik, support_k, 0)
    a_kk = sum of max(0, r_jk) over j other than k                 = support_k - r_kk
    r_ik = s_ik - max of a_ij + s_ij over j other than k

    Args:
        similarity: s of these points, (rows, points), float32 like all arrays.
        responsibility, availability: r and a of these points after the last iteration, (rows, points); overwritten.
        first: number of the first of these points.
        support: r_kk + sum of max(0, r_jk) over j other than k, of the last iteration, (points,).
        kept, new: weights of the old and the new message.
        given: what these points add to the next support, (points,); overwritten.
    """
    size = len(support)
    whole = size // LANES * LANES
    zero = np.float32(0)
    largest, second = np.empty(LANES, similarity.dtype), np.empty(LANES, similarity.dtype)
    given[:] = 0
    for row in range(len(similarity)):
        s, r, a, own = similarity[row], responsibility[row], availability[row], first + row
        own_availability = kept * a[own] + new * (support[own] - r[own])
        for k in range(size):
            a[k] = kept * a[k] + new * min(support[k] - r[k], min(support[k], zero))
        a[own] = own_availability

        # The two largest of a + s; lanes start with what is left over at the row's end.
        for lane in range(LANES):
            largest[lane] = second[lane] = -np.inf
        for lane in range(size - whole):
            largest[lane] = a[whole + lane] + s[whole + lane]
        for start in range(0, whole, LANES):
            for lane in range(LANES):
                value = a[start + lane] + s[start + lane]
                second[lane] = max(second[lane], min(largest[lane], value))
                largest[lane] = max(largest[lane], value)
        best, next_best = largest[0], second[0]
        for lane in range(1, LANES):
            next_best = max(next_best, second[lane], min(best, largest[lane]))
            best = max(best, largest[lane])

        given_to_own = given[own]
        for k in range(size):
            others = next_best if a[k] + s[k] == best else best  # where several are the best, so is the next
            r[k] = kept * r[k] + new * (s[k] - others)
            given[k] += max(r[k], zero)
        given[own] = given_to_own + r[own]
