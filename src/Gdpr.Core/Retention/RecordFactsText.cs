using System.Diagnostics.CodeAnalysis;
using Gdpr.Policies.Json;

namespace Gdpr.Retention;

/// <summary>The written form of facts: <c>hold;?request-open;consent-withdrawn:newsletter</c>.</summary>
internal static class RecordFactsText
{
    private static readonly Dictionary<string, RecordFlags> Flags = new(StringComparer.Ordinal)
    {
        ["hold"] = RecordFlags.Hold,
        ["restricted"] = RecordFlags.Restricted,
        ["restricted-claims"] = RecordFlags.RestrictedForClaims,
        ["request-open"] = RecordFlags.RequestOpen,
        ["erasure-granted"] = RecordFlags.ErasureGranted,
    };

    private static readonly Dictionary<string, PurposeFact> FactsOfPurposes = new(StringComparer.Ordinal)
    {
        ["consent-given"] = PurposeFact.ConsentGiven,
        ["consent-withdrawn"] = PurposeFact.ConsentWithdrawn,
        ["objection-pending"] = PurposeFact.ObjectionPending,
        ["objection-upheld"] = PurposeFact.ObjectionUpheld,
        ["erasure-granted"] = PurposeFact.ErasureGranted,
        ["purpose-ended"] = PurposeFact.PurposeEnded,
    };

    public static bool TryRead(
        ReadOnlySpan<char> text, DataSetSchedule dataSet, out RecordFacts facts, [NotNullWhen(false)] out string? problem, out int position)
    {
        facts = default;
        problem = null;
        position = 0;
        foreach (var range in text.Split(';'))
        {
            var fact = text[range].Trim();
            if (fact.IsEmpty)
            {
                continue;
            }

            position = range.Start.GetOffset(text.Length);
            var unknown = fact[0] == '?';
            problem = Add(unknown ? fact[1..] : fact, unknown, dataSet, ref facts);
            if (problem is not null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The facts about the record as a whole, by code; an unknown one with a question mark before it.</summary>
    public static IReadOnlyList<string> About(in RecordFacts facts)
    {
        var codes = new List<string>();
        foreach (var (code, flag) in Flags)
        {
            if ((facts.Flags & flag) != 0)
            {
                codes.Add(code);
            }
            else if ((facts.UnknownFlags & flag) != 0)
            {
                codes.Add("?" + code);
            }
        }

        return codes;
    }

    /// <summary>The facts that bear on a rule, by code; an unknown one with a question mark before it. None bears on an obligation or a limit; an erasure that was
    /// granted whole bears on every purpose.</summary>
    public static IReadOnlyList<string> About(ScheduledRule rule, in RecordFacts facts)
    {
        var codes = new List<string>();
        if (rule.Kind != RuleKind.Purpose)
        {
            return codes;
        }

        var asksForConsent = rule.NeedsConsent || rule.Tree.Leaves().Any(leaf => leaf.Terms.Kind == LeafKind.Consent);
        foreach (var (code, fact) in FactsOfPurposes)
        {
            var purpose = 1UL << rule.PurposeIndex;
            if (fact == PurposeFact.ConsentGiven && (!asksForConsent || (facts.Stated.ConsentWithdrawn & purpose) != 0))
            {
                // A consent that nobody asks for, or that has been withdrawn since, decides nothing.
                continue;
            }

            var bit = default(PurposeFacts).With(fact, purpose);
            var ofAll = fact == PurposeFact.ErasureGranted ? RecordFlags.ErasureGranted : default;
            if (facts.Stated.HasAny(bit) || (facts.Flags & ofAll) != 0)
            {
                codes.Add(code);
            }
            else if (facts.Unknown.HasAny(bit) || (facts.UnknownFlags & ofAll) != 0)
            {
                codes.Add("?" + code);
            }
        }

        return codes;
    }

    private static string? Add(ReadOnlySpan<char> fact, bool unknown, DataSetSchedule dataSet, ref RecordFacts facts)
    {
        var colon = fact.IndexOf(':');
        if (colon < 0)
        {
            if (!Flags.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(fact, out var flag))
            {
                return FactsOfPurposes.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(fact)
                    ? $"the fact '{fact}' names a purpose: write {fact}:<purpose>"
                    : $"a fact is not known{Nearest(fact, Flags.Keys)}: use one of {string.Join(", ", Flags.Keys)}, or one of {string.Join(", ", FactsOfPurposes.Keys)} with a purpose";
            }

            facts = unknown ? facts.WithUnknown(flag) : facts.With(flag);
            return null;
        }

        var purpose = fact[(colon + 1)..].Trim().ToString();
        if (!FactsOfPurposes.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(fact[..colon].TrimEnd(), out var kind))
        {
            return $"a fact is not known{Nearest(fact[..colon], FactsOfPurposes.Keys)}: with a purpose, use one of {string.Join(", ", FactsOfPurposes.Keys)}";
        }

        var index = dataSet.PurposeIndex(purpose);
        if (index < 0)
        {
            // A purpose of the policy that no rule of this data set has decides nothing here.
            return dataSet.PolicyPurposes.Contains(purpose) ? null
                : $"a fact names a purpose that the policy does not have{Nearest(purpose, dataSet.PolicyPurposes.Order(StringComparer.Ordinal))}: use one of its activities' purposes";
        }

        facts = unknown ? facts.WithUnknown(kind, index) : facts.With(kind, index);
        return null;
    }

    /// <summary>The known word that was probably meant. What was written is not repeated: a name or an address may have come into the wrong place.</summary>
    private static string Nearest(ReadOnlySpan<char> written, IEnumerable<string> known) =>
        NearestWord.To(written.ToString(), known) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
}
