from pseudo_rd.training.recorder import record_iterations


def test_records_are_dense_at_the_start_and_hold_both_ends() -> None:
    recorded = record_iterations(2300, 100)
    assert recorded[0] == 0
    assert recorded[-1] == 2300
    assert len(recorded) <= 100
    assert sum(iteration <= 230 for iteration in recorded) > 30
    assert record_iterations(1, 4) == [0, 1]
