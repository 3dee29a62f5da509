using Gdpr.Journals;

namespace Gdpr.Sources;

/// <summary>A source's mapping does not fit the policy or what is really there (<c>E-SRC-01</c>).</summary>
public sealed class SourceMappingException : GdprException
{
    /// <summary>Reports a mapping that does not fit.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="problems">Everything that is wrong, each with its mend.</param>
    public SourceMappingException(string source, IReadOnlyList<string> problems)
        : base("E-SRC-01", $"The mapping of source '{source}' does not fit: {string.Join(" ", problems ?? [])}")
    {
        ArgumentNullException.ThrowIfNull(problems);
        Problems = problems;
    }

    /// <summary>Everything that is wrong, each with its mend.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>A source cannot be reached, or failed while it worked (<c>E-SRC-02</c>). What it was asked to do is not done.</summary>
public sealed class SourceUnavailableException : GdprException
{
    /// <summary>Reports a source that failed.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="cause">The real cause, without personal data.</param>
    /// <param name="innerException">What led to it.</param>
    public SourceUnavailableException(string source, string cause, Exception? innerException = null)
        : base("E-SRC-02", $"Source '{source}' failed, and nothing of this step was done: {cause}", innerException)
    {
    }

    /// <summary>Refuses a batch of a plan that has been ended: the worker was away for so long that another has closed it.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="plan">The plan's id.</param>
    public static SourceUnavailableException PlanEnded(string source, string plan) =>
        new(source, $"plan {plan} has been closed by another worker, which took this one for gone.");

    /// <summary>Refuses facts that are older than those that are there, unless all are put again: the worker was away for so long that another has put more.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="position">The position that the facts would reflect.</param>
    /// <param name="stated">The position stated last; <see langword="null"/> where none was.</param>
    /// <exception cref="SourceUnavailableException">They are.</exception>
    public static void ThrowIfOlder(string source, JournalPosition position, JournalPosition? stated)
    {
        if (position != JournalPosition.None && stated?.Position > position.Position)
        {
            throw new SourceUnavailableException(
                source, $"the facts in it reflect the journal up to {stated}, and those to be put up to {position}: another worker, which took this one for gone, has put more.");
        }
    }
}

/// <summary>The facts beside the data do not reflect the journal as far as they must (<c>E-SRC-03</c>): the data was restored, or a hold is on its way.</summary>
public sealed class FactsBehindException : GdprException
{
    /// <summary>Reports facts that are behind.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="demanded">The position demanded.</param>
    /// <param name="found">The position found.</param>
    public FactsBehindException(string source, JournalPosition demanded, JournalPosition found)
        : base("E-SRC-03", $"The facts in source '{source}' reflect the journal up to {found}, and {demanded} is demanded: bring them up to date first.")
    {
        Demanded = demanded;
        Found = found;
    }

    /// <summary>The position demanded.</summary>
    public JournalPosition Demanded { get; }

    /// <summary>The position found.</summary>
    public JournalPosition Found { get; }
}

/// <summary>A source's own reckoning of a record's fate differs from the evaluator's (<c>E-SRC-05</c>): one of the two is wrong, and nothing was changed.</summary>
public sealed class SourceDisagreementException : GdprException
{
    /// <summary>Reports the difference.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="dataSet">The data set's path.</param>
    public SourceDisagreementException(string source, string dataSet)
        : base("E-SRC-05", $"Source '{source}' and the evaluator give records of '{dataSet}' different fates. Nothing was changed. This is an error of the library: report it.")
    {
    }
}

/// <summary>A statement would pass by what guards records (<c>E-SRC-06</c>): restrictions under Art. 18, holds, or the one way in which records are disposed of.
/// It was not run.</summary>
public sealed class GuardBypassException : GdprException
{
    /// <summary>Reports the statement.</summary>
    /// <param name="what">What it would pass by, and of which records.</param>
    /// <param name="mend">What to do instead.</param>
    public GuardBypassException(string what, string mend)
        : base("E-SRC-06", $"{what} {mend}") => Mend = mend;

    /// <summary>What to do instead.</summary>
    public string Mend { get; }
}

/// <summary>Records were to be deleted that something forbids to destroy (<c>E-SRC-07</c>), a hold, a restriction, an open request or a legal obligation; or were to
/// lose a person's id, by which that is known of them. Nothing was saved.</summary>
public sealed class RecordBlockedException : GdprException
{
    /// <summary>Reports the records.</summary>
    /// <param name="dataSet">The data set's path.</param>
    public RecordBlockedException(string dataSet)
        : base("E-SRC-07", $"Records of '{dataSet}' are under a hold, a restriction, an open request or a legal obligation, and nothing was saved: they would be deleted, "
            + "or lose the person's id by which that is known of them. Leave deleting to the sweep, which disposes of them once nothing forbids it, and the id as it is until then; "
            + "gdpr explain tells what forbids it.") => DataSet = dataSet;

    /// <summary>The data set's path.</summary>
    public string DataSet { get; }
}
