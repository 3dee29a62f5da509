namespace Gdpr.Architecture.Tests.PublicApi;

/// <summary>The shortest difference between two texts, line by line.</summary>
internal static class LineDiff
{
    private const int LinesAround = 2;

    /// <summary>Lines that went (<c>-</c>) and came (<c>+</c>), each with the lines around it and its heading, the last line without indentation.</summary>
    public static string Of(string before, string after)
    {
        var lines = Lines(before.Split('\n'), after.Split('\n'));
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign == ' ')
            {
                continue;
            }

            shown.AsSpan(Math.Max(0, i - LinesAround)..Math.Min(lines.Count, i + LinesAround + 1)).Fill(true);
            var heading = lines.FindLastIndex(i, l => l.Text.Length > 0 && l.Text[0] != ' ');
            if (heading >= 0)
            {
                shown[heading] = true;
            }
        }

        return string.Join('\n', lines.Where((_, i) => shown[i]).Select(l => $"{l.Sign} {l.Text}"));
    }

    private static List<(char Sign, string Text)> Lines(string[] before, string[] after)
    {
        // common[i, j]: the length of the longest common sequence of what follows line i of the one and line j of the other.
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<(char Sign, string Text)>();
        var (b, a) = (0, 0);
        while (b < before.Length || a < after.Length)
        {
            if (b < before.Length && a < after.Length && before[b] == after[a])
            {
                lines.Add((' ', before[b++]));
                a++;
            }
            else if (a == after.Length || (b < before.Length && common[b + 1, a] >= common[b, a + 1]))
            {
                lines.Add(('-', before[b++]));
            }
            else
            {
                lines.Add(('+', after[a++]));
            }
        }

        return lines;
    }
}
