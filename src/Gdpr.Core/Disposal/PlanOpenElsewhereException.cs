namespace Gdpr.Disposal;

/// <summary>A plan was left open in a source that this host does not have (<c>E-PLAN-01</c>): what was destroyed under it is known to that source alone, and nothing more
/// of the data set is destroyed before it is in the journal.</summary>
public sealed class PlanOpenElsewhereException : GdprException
{
    internal PlanOpenElsewhereException(string plan, string dataSet, string source)
        : base(
            "E-PLAN-01",
            $"Plan {plan} of '{dataSet}' was left open in source '{source}', which this host does not have: what was destroyed under it may not be in the journal yet. "
            + "Register the source under that name, over the database that it had, and run GdprWork once: the plan is closed, and the data set is swept again.")
    {
        Plan = plan;
        SourceName = source;
    }

    /// <summary>The plan's id.</summary>
    public string Plan { get; }

    /// <summary>The name of the source for which it was made.</summary>
    public string SourceName { get; }
}
