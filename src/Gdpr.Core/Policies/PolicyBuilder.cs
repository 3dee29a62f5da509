using Gdpr.Policies.Building;
using NodaTime;

namespace Gdpr.Policies;

/// <summary>Builds a policy in C#, declaration by declaration: the same thing that <see cref="PolicyReader"/> reads from JSON.</summary>
/// <remarks>
/// <para>Every part can be given as an object of the model; the parts written most often have verbs of their own. Nothing is thrown while
/// parts are declared: building reports everything at once. Extensions add verbs as extension methods over these.</para>
/// <para>A builder builds one policy. Declaring more, or building again, throws <see cref="InvalidOperationException"/>. It is not for use
/// by several threads at once.</para>
/// </remarks>
public sealed partial class PolicyBuilder
{
    private readonly string _policy;
    private readonly string _version;
    private readonly LocalDate _effective;
    private readonly BuildNotes _notes = BuildNotes.Start();
    private readonly List<Assumption> _assumptions = [];
    private LocalizedText? _title;
    private bool _built;

    /// <summary>Starts a policy.</summary>
    /// <param name="policy">The policy's id, the same through all its versions.</param>
    /// <param name="version">The version.</param>
    /// <param name="effective">The first local date, inclusive, on which this version is in force.</param>
    public PolicyBuilder(string policy, string version, LocalDate effective)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(version);
        (_policy, _version, _effective) = (policy, version, effective);
    }

    /// <summary>What the policy is called in rendered texts.</summary>
    /// <param name="en">In English.</param>
    /// <param name="sv">In Swedish.</param>
    public PolicyBuilder Titled(string en, string? sv = null)
    {
        Open().State("title", Texts.Of(en, sv), out _title);
        return this;
    }

    /// <summary>A value that the organisation's documents do not settle.</summary>
    /// <param name="at">Where the value stands, as a JSON pointer.</param>
    /// <param name="gap">The code of the finding that validation gives where the value is left out.</param>
    /// <param name="because">What the documents leave unsaid, and why this value was taken.</param>
    public PolicyBuilder Assume(string at, string gap, string because)
    {
        Open();
        _assumptions.Add(new Assumption { At = at, Gap = gap, Because = because });
        return this;
    }

    /// <summary>Builds the policy.</summary>
    /// <exception cref="GdprPolicyException">A finding is an error; the exception carries all findings.</exception>
    /// <exception cref="InvalidOperationException">The builder has built its policy already.</exception>
    public GdprPolicy Build() => TryBuild().GetUsable();

    /// <summary>Builds the policy and reports everything that is wrong with it.</summary>
    /// <returns>The policy and the findings, whose lines and columns are 0.</returns>
    /// <exception cref="InvalidOperationException">The builder has built its policy already.</exception>
    public PolicyReadResult TryBuild()
    {
        Open();
        _built = true;
        return PolicyReader.Check(Declared(), _notes.Findings);
    }

    private BuildNotes Open() => _built
        ? throw new InvalidOperationException("This builder has built its policy already. Start the next policy with a new PolicyBuilder.")
        : _notes;
}
