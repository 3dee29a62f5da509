using Gdpr.Policies.Lint;

namespace Gdpr.Policies;

public sealed partial class GdprPolicy
{
    /// <summary>What a category of data is, and so what it requires: the one answer for masking, export, anonymising and validation.</summary>
    /// <param name="category">The id of a category, declared or built in.</param>
    /// <returns>
    /// The kind that the built-in vocabulary gives the id, where that is more than ordinary: a policy that gives it another title does not
    /// make it ordinary. Otherwise the kind that the policy declares; ordinary where neither says anything, and for an id that neither knows.
    /// </returns>
    public DataCategoryKind KindOf(string category)
    {
        ArgumentNullException.ThrowIfNull(category);
        return Vocabulary.Categories.Find(category)?.Kind is { } known and not DataCategoryKind.Ordinary
            ? known
            : Categories.Find(category)?.Kind ?? DataCategoryKind.Ordinary;
    }
}
