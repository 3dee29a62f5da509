using Gdpr.Policies;

namespace Gdpr;

/// <summary>Reads a policy's file at start-up: the one place where the core touches a disk.</summary>
internal static class PolicyFile
{
    public static PolicyReadResult Read(string path)
    {
        try
        {
            return PolicyReader.Read(File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GdprPolicyException(
            [
                new PolicyFinding(
                    FindingCodes.UnreadableFile, FindingSeverity.Error, "", $"The policy file '{path}' cannot be read: {exception.Message}",
                    "Check that the file is there and that the application may read it; a relative path is taken from the application's base directory."),
            ]);
        }
    }
}
