using Gdpr.Policies;

namespace Gdpr.Retention;

/// <summary>Fields of a data set that share their rules and their disposal, and therefore their fate.</summary>
public sealed class FieldGroup
{
    internal FieldGroup(IReadOnlyList<string> fields, IReadOnlyList<ScheduledRule> rules, ulong ruleMask, Policies.Disposal disposal, int horizon)
    {
        Fields = fields;
        Rules = rules;
        RuleMask = ruleMask;
        Disposal = disposal;
        DisposalFate = disposal.Final.Action == DisposalAction.Anonymise ? Fate.Anonymise : Fate.Erase;
        Horizon = horizon;
    }

    /// <summary>The fields, in ordinal order of their ids.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>The rules that decide, in policy order. None for a retired data set.</summary>
    public IReadOnlyList<ScheduledRule> Rules { get; }

    /// <summary>What happens when nothing keeps the fields any more.</summary>
    public Policies.Disposal Disposal { get; }

    /// <summary>The fate when nothing keeps the fields any more and a restriction before disposal, if any, has run out.</summary>
    public Fate DisposalFate { get; }

    /// <summary>Which of the data set's horizons puts off the fields' disposal while they stay restricted before it; 0 where they do not.</summary>
    internal int Horizon { get; }

    internal ulong RuleMask { get; }
}
