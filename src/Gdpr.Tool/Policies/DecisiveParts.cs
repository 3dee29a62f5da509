using Gdpr.Policies;

namespace Gdpr.Tool.Policies;

/// <summary>Tells which findings leave a policy in doubt as to what its rules decide.</summary>
/// <remarks>What the reader left out may be the very rule that keeps the data. A missing contact or title is not; lint reports it, and records can
/// be judged all the same. Whether what was read can be computed is for the schedule to say.</remarks>
internal static class DecisiveParts
{
    private const string LeftOut = "E-JSON-";

    /// <summary>Members, by section, that no decision rests on.</summary>
    private static readonly Dictionary<string, string[]> Harmless = new(StringComparer.Ordinal)
    {
        [""] = ["policy", "version", "effective", "title"],
        ["controllers"] =
        [
            "name", "registrationNumber", "country", "authority", "contact", "address", "dataProtectionOfficer", "representative", "holidays",
        ],
        ["systems"] = ["title", "subject", "mentions", "origins", "category", "provenance", "optional"],
        ["activities"] =
        [
            "title", "recipients", "agreement", "controls", "routine", "specialCategories", "offences", "identityNumbers",
            "electronicMarketing", "profiling", "impactAssessment", "consequence", "aggregateUses", "law",
        ],
    };

    /// <summary>Whether a finding leaves in doubt what the rules decide.</summary>
    public static bool Concerns(PolicyFinding finding)
    {
        if (finding.Severity != FindingSeverity.Error || !finding.Code.StartsWith(LeftOut, StringComparison.Ordinal))
        {
            return false;
        }

        var path = finding.Path.Split('/')[1..];
        if (finding.Code == FindingCodes.MissingMember)
        {
            return IsDecisiveWithout(path);
        }

        // The member that the finding is about or lies in. What stands before it are sections and ids; an id may be any word, and whoever is named by it decides.
        return path switch
        {
            [] => true,
            [var member] => !IsHarmless("", member, finding),
            [var section, ..] when !Harmless.ContainsKey(section) => false,
            ["activities", _, "basis", _, _, ..] => false,
            ["systems", _, "dataSets", _, "fields" or "triggers", _, var member, ..] => !IsHarmless("systems", member, finding),
            ["systems", _, "dataSets", _, "fields" or "triggers", ..] => true,
            ["systems", _, "dataSets", _, var member, ..] => !IsHarmless("systems", member, finding),
            ["systems", _, "dataSets", ..] => true,
            [var section, _, var member, ..] => !IsHarmless(section, member, finding),
            _ => true,
        };
    }

    /// <summary>Whether an object from which a member is missing decides something. Whatever a schedule cannot be compiled without, it refuses itself.</summary>
    private static bool IsDecisiveWithout(string[] path) =>
        path is ["activities", _] or ["activities", _, "retention" or "minimum" or "limit", ..] or ["controllers", _, "fiscalYears", ..]
            or ["systems", _, "dataSets", _, "retired", ..] || path.Contains("disposal", StringComparer.Ordinal);

    /// <summary>An unknown member may be meant for one that does decide.</summary>
    private static bool IsHarmless(string section, string member, PolicyFinding finding) =>
        finding.Code != FindingCodes.UnknownMember && (Harmless[section].Contains(member, StringComparer.Ordinal)
            || (section.Length == 0 && !Harmless.ContainsKey(member)));
}
