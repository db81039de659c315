import pandas as pd
import pytest
from evaonline import evapotranspiration


# Example 18 of FAO paper 56.
def weather(**changes: object) -> pd.DataFrame:
    day = {"date": "2025-07-06", "t_min": 12.3, "t_max": 21.5, "humidity": 70.55, "wind": 2.078, "radiation": 22.07}
    return pd.DataFrame([day | changes])


def test_saturated_vapor() -> None:
    pressures = evapotranspiration.saturation(pd.Series([12.3, 21.5]))
    assert pressures.tolist() == pytest.approx([1.431, 2.564], abs=0.001)


def test_radiation_above_the_atmosphere() -> None:
    outside = evapotranspiration.radiation_outside(-20, pd.Series([246]))
    assert outside.item() == pytest.approx(32.2, abs=0.1)


def test_a_day_in_summer() -> None:
    result = evapotranspiration.reference(weather(), latitude=50.8, elevation=100)
    assert result.eto.item() == pytest.approx(3.88, abs=0.02)


def test_wind_dries() -> None:
    calm, windy = (evapotranspiration.reference(weather(wind=wind), 50.8, 100).eto.item() for wind in (0.5, 6.0))
    assert calm < windy
