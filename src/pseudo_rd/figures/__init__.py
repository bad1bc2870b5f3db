"""Drawing only: functions that workflow/figures.yaml names, (FigureInputs, **options) -> Figure."""
