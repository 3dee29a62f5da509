using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Subjects;

/// <summary>A person to be known.</summary>
/// <param name="Identifiers">The person's identifiers, at least one.</param>
public sealed record SubjectRegistration(params IReadOnlyList<SubjectIdentifier> Identifiers)
{
    /// <summary>The controller; with exactly one declared, it is the default.</summary>
    public string? Controller { get; init; }

    /// <summary>The ids under which sources know the person, by the data set's path. A data set that is not named knows the person by the host's ids among the
    /// identifiers (<see cref="SubjectIdentifier.OfHost"/>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> NativeIds { get; init; } = PolicyMap<IReadOnlyList<string>>.Empty;

    /// <summary>That a person is to be known: nothing of who.</summary>
    public override string ToString() => nameof(SubjectRegistration);

    internal SortedDictionary<string, IReadOnlyList<string>> AllNativeIds()
    {
        var all = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        string[] host = [.. Identifiers.Where(identifier => identifier.Kind == IdentifierKind.HostId).Select(identifier => identifier.NormalForm)];
        if (host.Length > 0)
        {
            all.Add("", host);
        }

        foreach (var (dataSet, ids) in NativeIds)
        {
            all[dataSet] = ids;
        }

        return all;
    }
}
