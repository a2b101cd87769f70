"""Registers of companies: answers of DaData, and extracts as files (ФНС «Единый реестр МСП», CSV, XLSX)."""

from app.integrations.companies.dadata import DaData
from app.integrations.companies.extract import read_extract
from app.integrations.companies.facts import CompanyFacts, CompanyState

__all__ = ["CompanyFacts", "CompanyState", "DaData", "read_extract"]
