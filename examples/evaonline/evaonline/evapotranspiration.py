"""Reference evapotranspiration by the equation of Penman and Monteith (FAO paper 56, chapters 3 and 4)."""

import numpy as np
import pandas as pd

SOLAR_CONSTANT = 0.0820  # MJ / (m² min)
STEFAN_BOLTZMANN = 4.903e-9  # MJ / (K⁴ m² day)
ALBEDO = 0.23


def saturation(temperature: pd.Series) -> pd.Series:
    """The pressure of saturated vapor, in kPa, at a temperature in °C."""
    return 0.6108 * np.exp(17.27 * temperature / (temperature + 237.3))


def radiation_outside(latitude: float, day: pd.Series) -> pd.Series:
    """The radiation above the atmosphere, in MJ / (m² day), at a latitude in degrees and days of the year."""
    phi = np.radians(latitude)
    angle = 2 * np.pi * day / 365
    distance = 1 + 0.033 * np.cos(angle)
    declination = 0.409 * np.sin(angle - 1.39)
    sunset = np.arccos(np.clip(-np.tan(phi) * np.tan(declination), -1, 1))
    sun = sunset * np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.sin(sunset)
    return 24 * 60 / np.pi * SOLAR_CONSTANT * distance * sun


def reference(weather: pd.DataFrame, latitude: float, elevation: float) -> pd.DataFrame:
    """The evapotranspiration of each day in mm, and its mean over seven days.

    The columns of the weather are `date`, `t_min` and `t_max` (°C), `humidity` (%), `wind` (m/s at 2 m) and `radiation`
    (MJ / (m² day)).
    """
    mean = (weather.t_min + weather.t_max) / 2
    saturated = (saturation(weather.t_min) + saturation(weather.t_max)) / 2
    actual = saturated * weather.humidity / 100
    slope = 4098 * saturation(mean) / (mean + 237.3) ** 2
    psychrometric = 0.665e-3 * 101.3 * ((293 - 0.0065 * elevation) / 293) ** 5.26
    clear = (0.75 + 2e-5 * elevation) * radiation_outside(latitude, pd.to_datetime(weather.date).dt.day_of_year)
    kelvin = ((weather.t_max + 273.16) ** 4 + (weather.t_min + 273.16) ** 4) / 2
    clouds = 1.35 * np.minimum(weather.radiation / clear, 1) - 0.35
    long_wave = STEFAN_BOLTZMANN * kelvin * (0.34 - 0.14 * np.sqrt(actual)) * clouds
    net = (1 - ALBEDO) * weather.radiation - long_wave
    wind_term = psychrometric * 900 / (mean + 273) * weather.wind * (saturated - actual)
    eto = (0.408 * slope * net + wind_term) / (slope + psychrometric * (1 + 0.34 * weather.wind))
    result = pd.DataFrame({"date": weather.date, "eto": eto.clip(lower=0).round(2)})
    result["week"] = result.eto.rolling(7, min_periods=1).mean().round(2)
    return result
