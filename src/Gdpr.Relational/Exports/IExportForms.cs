using Gdpr.Relational.Tables;

namespace Gdpr.Relational.Exports;

/// <summary>How contents are shown to people that are stored in another form, such as encrypted or as a number that stands for a word.</summary>
internal interface IExportForms
{
    /// <summary>A content as it is shown.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="content">The content as it is stored.</param>
    /// <exception cref="UnreadableContentException">It cannot be read.</exception>
    object? Shown(TableDescription table, string column, object content);

    /// <summary>Whether a column's content is stored as it is shown, and the application reads as text or as a number whatever of that kind is written there.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    bool IsPlain(TableDescription table, string column);
}

/// <summary>A content is in no form in which it could be given out.</summary>
/// <param name="cause">The cause, as a sentence: where it is stored, never what.</param>
internal sealed class UnreadableContentException(string cause) : Exception(cause);
