using System.Globalization;
using NodaTime;

namespace Gdpr.Policies.Lint;

/// <summary>Data leaves the European Economic Area only under a safeguard that holds on the policy's first day (Art. 44–49).</summary>
internal static class TransferRules
{
    private const int WarningInDays = 90;

    public static void Check(LintRun run)
    {
        foreach (var (id, recipient, at) in Stated.In(run.Policy.Recipients, Place.Root / "recipients"))
        {
            CountryRules.Check(run, recipient.Country, at / "country");
            if (string.IsNullOrWhiteSpace(recipient.Country))
            {
                // The person's own organisation is wherever the person's employer is, and the public is everywhere: no one country can be stated.
                if (recipient.Kind is not (null or RecipientKind.OwnOrganisation or RecipientKind.Public))
                {
                    run.ReportMissing(FindingCodes.NoCountry, at, "country", $"Whether data of \"{id}\" leaves the EEA cannot be told.");
                }
            }
            else
            {
                CheckTransfer(run, recipient.Country, recipient.Transfer, at, at / "transfer");
            }
        }

        foreach (var (_, system, at) in Stated.In(run.Policy.Systems, Place.Root / "systems"))
        {
            CheckLocation(run, system, at);
        }
    }

    /// <summary>What is stored abroad is in the hands of whoever hosts it there: the host's safeguard is the one that counts.</summary>
    private static void CheckLocation(LintRun run, DataSystem system, Place at)
    {
        if (string.IsNullOrWhiteSpace(system.Location) || Countries.IsInArea(system.Location))
        {
            return;
        }

        var host = run.Policy.Recipients.Find(system.Host);
        if (host is null)
        {
            if (Countries.AdequacyOf(system.Location, run.Effective) is not { OnlyFor: null })
            {
                run.Report(FindingCodes.NoSafeguard, at / "location",
                    $"The data is stored in {system.Location}, and no host with a safeguard is named.",
                    "Name the recipient that hosts the system, with its transfer.");
            }
        }
        else if (host.Country != system.Location)
        {
            CheckTransfer(run, system.Location, host.Transfer, at / "location", Place.Root / "recipients" / system.Host! / "transfer");
        }
    }

    private static void CheckTransfer(LintRun run, string country, TransferSafeguard? safeguard, Place lacking, Place at)
    {
        if (Countries.IsInArea(country))
        {
            return;
        }

        var decision = Countries.AdequacyOf(country, run.Effective);
        if (safeguard is null)
        {
            if (decision is { OnlyFor: null })
            {
                run.ReportMissing(FindingCodes.AdequacyUnstated, lacking, "transfer",
                    $"The transfer to {country} rests on a decision on adequacy that is not stated.");
                CheckEnd(run, decision.Until, lacking);
            }
            else
            {
                run.ReportMissing(FindingCodes.NoSafeguard, lacking, "transfer",
                    $"{country} lies outside the EEA, and no safeguard is stated.");
            }

            return;
        }

        CheckMechanism(run, country, safeguard, decision, at);
        if (safeguard.ValidUntil < run.Effective)
        {
            run.Report(FindingCodes.NoSafeguard, at / "validUntil",
                $"The safeguard ended on {Text(safeguard.ValidUntil.Value)}, before the policy takes effect.");
        }
        else
        {
            CheckEnds(run, country, safeguard, safeguard.Mechanism == TransferMechanism.Adequacy ? decision?.Until : null, at);
        }
    }

    private static void CheckMechanism(LintRun run, string country, TransferSafeguard safeguard, AdequacyDecision? decision, Place at)
    {
        switch (safeguard.Mechanism)
        {
            case TransferMechanism.Adequacy when decision is null:
                run.Report(FindingCodes.NoSafeguard, at / "mechanism",
                    $"No decision on the adequacy of {country} holds when the policy takes effect.");
                break;
            case TransferMechanism.Adequacy when decision.OnlyFor is { } limits && string.IsNullOrWhiteSpace(safeguard.Reference):
                run.ReportMissing(FindingCodes.NoSafeguard, at, "reference",
                    $"The decision on {country} holds only for {limits}, and nothing says that the importer is one.",
                    "State in reference what shows that the importer is covered.");
                break;
            case TransferMechanism.StandardClauses or TransferMechanism.BindingCorporateRules or TransferMechanism.CodeOrCertification
                when string.IsNullOrWhiteSpace(safeguard.Assessment):
                run.ReportMissing(FindingCodes.NoSafeguard, at, "assessment",
                    "The impact of the transfer has not been assessed, without which the mechanism does not hold.",
                    "Name an assessment of kind transfer.");
                break;
            case TransferMechanism.Derogation:
                run.Report(FindingCodes.TransferByDerogation, at / "mechanism", "A derogation covers occasional transfers only.");
                break;
        }
    }

    /// <summary>A decision ends when it says, whatever the policy says of it.</summary>
    private static void CheckEnds(LintRun run, string country, TransferSafeguard safeguard, LocalDate? decided, Place at)
    {
        if (safeguard.ValidUntil > decided)
        {
            run.Report(FindingCodes.SafeguardOverstated, at / "validUntil",
                $"The decision on the adequacy of {country} ends on {Text(decided.Value)}, before the date stated.");
            CheckEnd(run, decided, at / "validUntil");
        }
        else
        {
            CheckEnd(run, safeguard.ValidUntil ?? decided, at / (safeguard.ValidUntil is null ? "mechanism" : "validUntil"));
        }
    }

    private static void CheckEnd(LintRun run, LocalDate? until, Place at)
    {
        if (until is { } end && run.Effective is { } effective && end >= effective && Period.DaysBetween(effective, end) <= WarningInDays)
        {
            run.Report(FindingCodes.SafeguardEndsSoon, at, $"The safeguard ends on {Text(end)}.");
        }
    }

    private static string Text(LocalDate date) => date.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
}
