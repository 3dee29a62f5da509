using Gdpr.Files.Keys;

namespace Gdpr.Tool.Workplaces;

/// <summary>The files in which the library keeps what it keeps, on their first use.</summary>
internal static class KeepingFiles
{
    /// <summary>Creates the key ring on the very first use, and says what is new and where it is best kept.</summary>
    /// <exception cref="BadInputException">The keys of a journal that is there are not.</exception>
    public static void CreateMissing(Places places, bool hasJournal, TextWriter messages)
    {
        if (!hasJournal)
        {
            messages.WriteLine($"{places.Journal}: a new journal, with the vault beside it. Back it up, and not in one place with the database alone.");
        }

        if (File.Exists(places.Keys))
        {
            return;
        }

        RequireKeys(places.Keys, hasJournal);
        FileKeyRing.Create(Path.GetFullPath(places.Keys));
        messages.WriteLine(
            $"{places.Keys}: a new key ring, readable by you alone. Keep it elsewhere than the database and the journal and name it with --keys, "
            + "and keep a copy: without it the journal's signatures cannot be checked.");
        messages.WriteLine($"{places.Witness}: the witness remembers the journal's latest checkpoint. It proves the most on another machine: name it with --witness.");
    }

    /// <summary>Refuses to go on without the keys of a journal that is there.</summary>
    /// <exception cref="BadInputException">They are not there.</exception>
    public static void RequireKeys(string keys, bool hasJournal)
    {
        if (hasJournal && !File.Exists(keys))
        {
            throw new BadInputException($"{keys}: the key ring is not there, and the journal was signed with it. Name it with --keys, or give it back from where keys are kept safe.");
        }
    }
}
