using Gdpr.Relational.Values;
using Gdpr.Retention;

namespace Gdpr.Relational.Queries;

/// <summary>Rules as expressions over the codes of triggers (<c>t0</c> …) and the bits of facts (<c>f0</c> …): 0 for past, 1 for unknown, 2 for alive.</summary>
internal sealed class RuleSql(SqlDialect dialect, FactBits facts)
{
    private const string Past = "0";
    private const string Unknown = "1";
    private const string Alive = "2";

    public string Of(RuleCutoffs rule)
    {
        var state = Of(rule.Limb);
        if (rule.Rule.Kind != RuleKind.Purpose)
        {
            return state;
        }

        // Withdrawal, upheld objection, granted erasure and the purpose's end leave nothing of it; unknown, they leave it unknown at most.
        var purpose = rule.PurposeIndex;
        var ended = facts.Level(
            FactBits.IndexOf(RecordFlags.ErasureGranted),
            FactBits.IndexOf(PurposeFact.ConsentWithdrawn, purpose),
            FactBits.IndexOf(PurposeFact.ObjectionUpheld, purpose),
            FactBits.IndexOf(PurposeFact.ErasureGranted, purpose),
            FactBits.IndexOf(PurposeFact.PurposeEnded, purpose));
        return Level.Least(dialect, state, Level.Opposite(ended), rule.Rule.NeedsConsent ? Consent(purpose) : Alive);
    }

    private string Of(CutoffLimb limb) => limb switch
    {
        CutoffLimb.All all => Level.Greatest(dialect, Of(all.First), Of(all.Second)),
        CutoffLimb.Any any => Level.Least(dialect, Of(any.First), Of(any.Second)),
        CutoffLimb.Consent consent => Consent(consent.PurposeIndex),
        CutoffLimb.Event happening => Of(happening),
        _ => throw new InvalidOperationException("A limb has four cases."),
    };

    private string Consent(int purpose)
    {
        var withdrawn = facts.Level(FactBits.IndexOf(PurposeFact.ConsentWithdrawn, purpose));
        var given = facts.Level(FactBits.IndexOf(PurposeFact.ConsentGiven, purpose));
        return facts.Numbers == 0
            ? Unknown
            : $"CASE {withdrawn} WHEN 2 THEN {Past} WHEN 1 THEN {Unknown} ELSE CASE {given} WHEN 2 THEN {Alive} ELSE {Unknown} END END";
    }

    private static string Of(CutoffLimb.Event limb)
    {
        var trigger = $"t{limb.TriggerIndex}";
        var value = limb.Cutoff is not { } cutoff
            ? Alive
            : $"CASE WHEN {trigger} >= {Sql.Number(TriggerCode.FirstDate)} THEN {Dated(isDate: true)} ELSE {Dated(isDate: false)} END";
        return $"CASE WHEN {trigger} IS NULL THEN {State(limb.WhenMissing)} WHEN {trigger} = {Sql.Number(TriggerCode.Unknown)} THEN {Unknown} ELSE {value} END";

        string Dated(bool isDate)
        {
            var compared = $"CASE WHEN {trigger} < {Code(cutoff, isDate)} THEN {Past} ELSE {Alive} END";
            if (limb.FiscalYears is not { } years)
            {
                return compared;
            }

            var open = years.Open is { } from ? $"WHEN {trigger} >= {Code(from, isDate)} THEN {Alive} " : "";
            var known = string.Concat(years.Known.Select(span =>
                $"WHEN {trigger} >= {Code(span.First, isDate)}{(span.End is { } end ? $" AND {trigger} < {Code(end, isDate)}" : "")} THEN {compared} "));
            return open.Length + known.Length > 0 ? $"CASE {open}{known}ELSE {Unknown} END" : Unknown;
        }
    }

    private static string Code(Cutoff cutoff, bool isDate) => Sql.Number(isDate ? TriggerCode.Of(cutoff.Date) : TriggerCode.OfTicks(cutoff.Ticks));

    private static string State(LimbState state) => Sql.Number((long)state);
}
