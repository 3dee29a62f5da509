namespace Gdpr.Testing;

/// <summary>A fault that a test has ordered: see <see cref="FaultPoints"/>.</summary>
public sealed class InjectedFaultException : Exception
{
    internal InjectedFaultException(int call, string name, FaultMoment moment)
        : base($"Call {call}, {name}, fails {(moment == FaultMoment.Before ? "before it does anything" : "after it has done its work")}, as the test ordered.")
    {
        Call = call;
        Name = name;
        Moment = moment;
    }

    /// <summary>The number of the call, from 1.</summary>
    public int Call { get; }

    /// <summary>What was called, such as <c>IJournalStore.AppendAsync</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the call did its work.</summary>
    public FaultMoment Moment { get; }
}

/// <summary>When a call fails.</summary>
public enum FaultMoment
{
    /// <summary>Before it does anything.</summary>
    Before,

    /// <summary>After it has done its work: what was written is written, and whoever called does not learn it.</summary>
    After,
}
