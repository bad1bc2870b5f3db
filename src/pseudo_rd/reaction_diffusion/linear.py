"""Linear theory of a reaction-diffusion system: growth rates of its modes, its fastest mode, its largest stable step.

Wave numbers are angular, 2 pi / wave length.
"""

from dataclasses import asdict

import numpy as np

from pseudo_rd.reaction_diffusion.systems import System


def largest_step(system: System, spacing: float) -> float:
    """Largest stable step of Euler's scheme about the homogeneous state; 1 / (4 D / spacing^2) without reaction.

    A mode that decays as exp(s t), s complex, also decays in steps of dt if |1 + dt s| < 1, hence dt < -2 Re s / |s|^2.
    The modes looked at are the homogeneous one and the checkerboard, whose Laplacian is -8 / spacing^2; a mode that
    grows in the equations themselves sets no bound.
    """
    rates = _rates(system, np.array([0, 8 / spacing**2]))
    decaying = rates[rates.real < 0]
    return float(np.min(-2 * decaying.real / np.abs(decaying) ** 2, initial=np.inf))


def growth_rate(system: System, wave_number: float | np.ndarray) -> np.ndarray:
    """Largest real part of the eigenvalues of the system linearised about its homogeneous state.

    Args:
        system: Turing or GrayScott.
        wave_number: angular, any shape.

    Returns:
        Rates of growth of the modes, in the shape of `wave_number`; negative where they decay.
    """
    return _rates(system, np.square(wave_number)).real.max(axis=-1)


def fastest_mode(system: System) -> tuple[float, float]:
    """(rate, wave length) of the mode that grows fastest, or decays slowest; the wave length inf is homogeneous.

    Raises:
        ValueError: if a diffusion coefficient is not positive: ever shorter waves might grow ever faster.
    """
    diffusion = min(system.diffusion_u, system.diffusion_v)
    if diffusion <= 0:
        raise ValueError(f"diffusion_u and diffusion_v must be positive for a fastest mode, one is {diffusion}")
    # With N the norm of the Jacobian, the rate is at least -N at wave number 0 and at most N - diffusion q^2 at q.
    largest = np.sqrt(2 * np.linalg.norm(system.jacobian(*system.homogeneous_state)) / diffusion)
    wave_numbers = np.linspace(0, largest, 2001)
    peak = int(growth_rate(system, wave_numbers).argmax())
    if peak == 0:
        return float(growth_rate(system, 0.0)), np.inf
    bounds = (float(wave_numbers[peak - 1]), float(wave_numbers[peak + 1]))

    from scipy.optimize import minimize_scalar  # here: most jobs do without

    decay = minimize_scalar(lambda q: -float(growth_rate(system, q)), bounds=bounds, method="bounded")
    return float(-decay.fun), float(2 * np.pi / decay.x)


def measured_wave_length(field: np.ndarray, spacing: float) -> float:
    """Wave length at the peak of the radially averaged power spectrum of `field` (grid, grid) without its mean.

    The spectrum is averaged over rings one wave per side wide, so grid * spacing / (a whole number) comes out; inf
    where the field is homogeneous.
    """
    grid = len(field)
    power = np.abs(np.fft.fft2(field - field.mean())) ** 2
    waves = np.fft.fftfreq(grid, 1 / grid)
    ring = np.rint(np.hypot(waves[:, None], waves[None, :])).astype(int)
    average = np.bincount(ring.ravel(), power.ravel()) / np.bincount(ring.ravel())
    # Rings beyond grid / 2 are cut by the corners of the spectrum.
    peak = int(average[: grid // 2 + 1].argmax())
    return grid * spacing / peak if peak else np.inf


def facts(system: System, **constants: float) -> dict[str, np.ndarray]:
    """Parameters of the system, growth_rate and wave_length of its fastest mode, and `constants`, as 0-d arrays."""
    rate, wave_length = fastest_mode(system)
    values = {**asdict(system), "growth_rate": rate, "wave_length": wave_length, **constants}
    return {name: np.array(value, float) for name, value in values.items()}


def _rates(system: System, laplacian: np.ndarray) -> np.ndarray:
    """Eigenvalues of the linearised system where minus the Laplacian is `laplacian`, (..., 2)."""
    diffusion = np.diag([system.diffusion_u, system.diffusion_v])
    reaction = system.jacobian(*system.homogeneous_state)
    return np.linalg.eigvals(reaction - np.asarray(laplacian, float)[..., None, None] * diffusion)
