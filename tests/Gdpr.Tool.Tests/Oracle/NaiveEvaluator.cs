using NodaTime;

namespace Gdpr.Tool.Tests.Oracle;

/// <summary>The decision that the oracle reaches.</summary>
/// <param name="Fate">The fate.</param>
/// <param name="Due">The first date on which the fate is another.</param>
/// <param name="Rule">The rule; none where a fact alone decides.</param>
/// <param name="Reason">The reason; none where the description leaves it open, and then the rule too.</param>
/// <param name="LeavesRuleOpen">Whether the description leaves the rule open.</param>
internal sealed record NaiveDecision(string Fate, LocalDate? Due, string? Rule, string? Reason, bool LeavesRuleOpen = false);

/// <summary>Judges a record with nothing but local-date arithmetic and patience: every unknown is resolved in every way, and the day of the next
/// change is found by asking again for every day. Slow, and written from the description of the rules, not from the library.</summary>
internal sealed class NaiveEvaluator
{
    private static readonly string[] Order = ["keep", "undetermined", "restrict", "anonymise", "erase"];

    private readonly NaivePolicy _policy;
    private readonly NaiveRecord _record;
    private readonly NaiveRecordRules _rules;
    private readonly List<Rule> _all;
    private readonly List<List<NaiveField>> _groups;
    private readonly Dictionary<(List<NaiveField> Group, string States), string> _fates = [];

    public NaiveEvaluator(NaivePolicy policy, NaiveRecord record)
    {
        _policy = policy;
        _record = record;
        _rules = new NaiveRecordRules(policy, record);
        _all = [.. policy.Rules().Select((rule, i) => new Rule(i, rule.Id, rule.Kind, rule.Activity, _rules.LimbOf(rule.Id, rule.Activity.Purpose, rule.Rule)))];
        _groups =
        [
            .. policy.Fields
                .GroupBy(field => (string.Join(',', RulesOf(field).Select(rule => rule.Id)), field.Anonymise, field.Grace?.ToString()))
                .Select(group => group.ToList()),
        ];
    }

    /// <summary>The decision about the whole record.</summary>
    public NaiveDecision Decide(LocalDate today) => Decide(_groups, today);

    /// <summary>The decisions about each field group.</summary>
    public IEnumerable<(string Fields, NaiveDecision Decision)> DecideGroups(LocalDate today) =>
        _groups.Select(group => (string.Join(';', group.Select(field => field.Id)), Decide([group], today)));

    private List<Rule> RulesOf(NaiveField field) => [.. _all.Where(rule => rule.Activity.Fields.Contains(field.Id))];

    private NaiveDecision Decide(List<List<NaiveField>> groups, LocalDate today)
    {
        var fates = groups.Select(group => (Group: group, Fate: FateOf(group, today))).ToList();
        var fate = First(fates.Select(one => one.Fate));
        var due = fate is "keep" or "restrict" ? Due(fate, groups, today) : null;
        if (fate == "undetermined")
        {
            return new NaiveDecision(fate, due, null, OnlyCause(), LeavesRuleOpen: true);
        }

        // With something unknown, the description does not say which of several sufficient reasons is named.
        if (_rules.HasUnknownTrigger || _rules.HasUnknownFiscalYear || _record.Facts.Any(fact => fact.StartsWith('?')))
        {
            return new NaiveDecision(fate, due, null, null);
        }

        var (rule, reason) = fates.Where(one => one.Fate == fate).Select(one => Why(one.Group, today))
            .OrderByDescending(why => why.Rule is null ? NaiveLimb.Always : why.End).ThenBy(why => why.Rule?.Index).Select(why => (why.Rule, why.Reason)).First();
        return new NaiveDecision(fate, due, rule?.Id, reason);
    }

    /// <summary>The reason for a fate that is undetermined, where only one can be.</summary>
    private string? OnlyCause()
    {
        string[] causes =
        [
            .. _rules.HasUnknownTrigger ? ["trigger-unknown"] : Array.Empty<string>(),
            .. _rules.HasUnknownFiscalYear ? ["fiscal-year-unknown"] : Array.Empty<string>(),
            .. _record.Facts.Any(fact => fact.StartsWith('?')) ? ["fact-unknown"] : Array.Empty<string>(),
        ];
        return causes.Length == 1 ? causes[0] : null;
    }

    private static string First(IEnumerable<string> fates) => fates.MinBy(fate => Array.IndexOf(Order, fate))!;

    private LocalDate? Due(string fate, List<List<NaiveField>> groups, LocalDate today)
    {
        var ends = _all.SelectMany(rule => rule.Limb.Leaves()).OfType<LocalDate>().Where(day => day != NaiveLimb.Never && day != NaiveLimb.Always).ToList();
        var last = ends.Count == 0 ? today : ends.Max() + Period.FromYears(2);
        for (var day = today.PlusDays(1); day <= last; day = day.PlusDays(1))
        {
            if (First(groups.Select(group => FateOf(group, day))) != fate)
            {
                return day;
            }
        }

        return null;
    }

    private string FateOf(List<NaiveField> group, LocalDate day)
    {
        var rules = RulesOf(group[0]);
        var now = rules.Select(rule => StateOf(rule, rule.Limb, day)).ToList();
        var graced = group[0].Grace is { } grace ? rules.Select(rule => StateOf(rule, rule.Limb.PutOff(grace), day)).ToList() : now;
        // Most days are like the day before: what the states of the rules have led to once, they lead to again.
        var key = (group, string.Concat(now.Concat(graced).Select(state => (char)('0' + state))));
        return _fates.TryGetValue(key, out var known) ? known : _fates[key] = FateOf(group[0], rules, now, graced);
    }

    private string FateOf(NaiveField field, List<Rule> rules, List<Tri> now, List<Tri> graced)
    {
        string? only = null;
        foreach (var (alive, gracedAlive) in Resolutions(now, graced))
        {
            foreach (var facts in FactResolutions(rules))
            {
                var fate = Walk(field, rules, alive, gracedAlive, facts).Fate;
                if (only is not null && fate != only)
                {
                    return "undetermined";
                }

                only = fate;
            }
        }

        return only!;
    }

    /// <summary>Why a group has its fate, when nothing is unknown.</summary>
    private (Rule? Rule, LocalDate End, string Reason) Why(List<NaiveField> group, LocalDate day)
    {
        var rules = RulesOf(group[0]);
        var alive = rules.Select(rule => StateOf(rule, rule.Limb, day) == Tri.Alive).ToArray();
        var graced = group[0].Grace is { } grace ? rules.Select(rule => StateOf(rule, rule.Limb.PutOff(grace), day) == Tri.Alive).ToArray() : alive;
        var (_, reason, deciding) = Walk(group[0], rules, alive, graced, FactResolutions(rules).Single());
        var rule = deciding.OrderByDescending(one => End(one, day)).ThenBy(one => one.Index).FirstOrDefault();
        return (rule, rule is null ? NaiveLimb.Always : End(rule, day), reason);
    }

    /// <summary>The day on which a rule ends: what a fact has ended, ended today at the latest.</summary>
    private LocalDate End(Rule rule, LocalDate today)
    {
        var end = rule.Limb.LastDayOfAll();
        return rule.Kind == NaiveKind.Purpose && Endings(rule.Activity.Purpose).Any(_record.Facts.Contains) ? LocalDate.Min(end, today) : end;
    }

    /// <summary>The five steps, with everything known.</summary>
    private static (string Fate, string Reason, List<Rule> Deciding) Walk(NaiveField field, List<Rule> rules, bool[] alive, bool[] graced, HashSet<string> facts)
    {
        var disposal = field.Anonymise ? "anonymise" : "erase";
        var limits = rules.Where((rule, i) => rule.Kind == NaiveKind.Limit && !alive[i]).ToList();
        var obligations = rules.Where((rule, i) => rule.Kind == NaiveKind.Obligation && alive[i]).ToList();
        var free = rules.Where((rule, i) => rule.Kind == NaiveKind.Purpose && alive[i] && !facts.Contains($"objection-pending:{rule.Activity.Purpose}")).ToList();
        var objected = rules.Where((rule, i) => rule.Kind == NaiveKind.Purpose && alive[i] && facts.Contains($"objection-pending:{rule.Activity.Purpose}")).ToList();
        var blocked = obligations.Count > 0 || facts.Contains("hold") || facts.Contains("request-open");
        if (limits.Count > 0)
        {
            return (blocked ? "restrict" : disposal, "limit-passed", limits);
        }

        if (facts.Contains("restricted-claims") || (facts.Contains("restricted") && (free.Count > 0 || objected.Count > 0 || blocked)))
        {
            return ("restrict", "restricted", []);
        }

        if (free.Count > 0)
        {
            return ("keep", "purpose-alive", free);
        }

        if (objected.Count > 0 || blocked)
        {
            var reason = facts.Contains("hold") ? "hold" : obligations.Count > 0 ? "obligation-alive" : objected.Count > 0 ? "objection-pending" : "request-open";
            return ("restrict", reason, [.. obligations, .. objected]);
        }

        var waiting = rules.Where((rule, i) => rule.Kind != NaiveKind.Limit && graced[i]).ToList();
        return waiting.Count > 0 ? ("restrict", "all-ended", waiting) : (disposal, "all-ended", [.. rules.Where(rule => rule.Kind != NaiveKind.Limit)]);
    }

    /// <summary>Every way of resolving the rules that are unknown: now, and after the grace. What runs now runs with a grace too.</summary>
    private static IEnumerable<(bool[] Alive, bool[] Graced)> Resolutions(List<Tri> now, List<Tri> graced)
    {
        IEnumerable<(bool[] Alive, bool[] Graced)> ways = [([], [])];
        for (var i = 0; i < now.Count; i++)
        {
            (bool Now, bool Later)[] choices = (now[i], graced[i]) switch
            {
                (Tri.Alive, _) => [(true, true)],
                (Tri.Past, Tri.Past) => [(false, false)],
                (Tri.Past, Tri.Alive) => [(false, true)],
                (Tri.Past, Tri.Unknown) => [(false, false), (false, true)],
                (Tri.Unknown, Tri.Alive) => [(true, true), (false, true)],
                _ => [(true, true), (false, true), (false, false)],
            };
            ways = ways.SelectMany(way => choices.Select(choice => (way.Alive.Append(choice.Now).ToArray(), way.Graced.Append(choice.Later).ToArray()))).ToArray();
        }

        return ways;
    }

    private IEnumerable<HashSet<string>> FactResolutions(List<Rule> rules)
    {
        string[] bearing = ["hold", "restricted", "restricted-claims", "request-open", .. rules.Select(rule => $"objection-pending:{rule.Activity.Purpose}").Distinct()];
        var certain = bearing.Where(_record.Facts.Contains).ToArray();
        var unknown = bearing.Where(fact => !certain.Contains(fact) && _record.Facts.Contains("?" + fact)).ToArray();
        for (var way = 0; way < 1 << unknown.Length; way++)
        {
            yield return [.. certain, .. unknown.Where((_, i) => (way >> i & 1) != 0)];
        }
    }

    private Tri StateOf(Rule rule, NaiveLimb limb, LocalDate day)
    {
        var state = limb.On(day);
        if (rule.Kind != NaiveKind.Purpose)
        {
            return state;
        }

        var endings = Endings(rule.Activity.Purpose).ToArray();
        if (endings.Any(_record.Facts.Contains))
        {
            return Tri.Past;
        }

        state = endings.Any(ending => _record.Facts.Contains("?" + ending)) ? Min(state, Tri.Unknown) : state;
        return rule.Activity.IsConsent ? Min(state, _rules.Consent(rule.Activity.Purpose)) : state;
    }

    private static IEnumerable<string> Endings(string purpose) =>
        ["erasure-granted", $"erasure-granted:{purpose}", $"consent-withdrawn:{purpose}", $"objection-upheld:{purpose}", $"purpose-ended:{purpose}"];

    private static Tri Min(Tri first, Tri second) => first < second ? first : second;

    private sealed record Rule(int Index, string Id, NaiveKind Kind, NaiveActivity Activity, NaiveLimb Limb);
}
