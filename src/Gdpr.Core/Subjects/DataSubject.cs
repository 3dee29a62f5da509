using Gdpr.Journals;

namespace Gdpr.Subjects;

/// <summary>A person, as one controller knows them (Art. 4(1)): nothing is ever asked or told across controllers.</summary>
/// <param name="Controller">The controller's id.</param>
/// <param name="Key">The vault's opaque key of the person.</param>
/// <remarks>The default value is nobody. Equality compares controller and key ordinally.</remarks>
public readonly record struct DataSubject(string Controller, SubjectKey Key)
{
    /// <summary>The stream of the journal that holds what concerns the person.</summary>
    internal string Stream => $"{SubjectEntries.Prefix}{Controller}/{Key}";

    /// <summary>The controller and the opaque key.</summary>
    public override string ToString() => $"{Controller}/{Key}";
}
